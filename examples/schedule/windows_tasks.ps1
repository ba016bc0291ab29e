# Run once as administrator. Task Scheduler runs the collector from the start of the computer on, and the figures at 06:10.
$bin = "C:\smartfab\.venv\Scripts"
$arguments = "C:\smartfab\plant.toml --store D:\smartfab"

$collect = New-ScheduledTaskAction -Execute "$bin\smartfab.exe" -Argument "collect $arguments"
$always = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew
Register-ScheduledTask -TaskName "smartfab collect" -Action $collect -Trigger (New-ScheduledTaskTrigger -AtStartup) -Settings $always -User "NT AUTHORITY\LOCAL SERVICE"

$daily = New-ScheduledTaskAction -Execute "$bin\smartfab.exe" -Argument "daily $arguments"
$again = New-ScheduledTaskSettingsSet -StartWhenAvailable -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 30) -MultipleInstances IgnoreNew
Register-ScheduledTask -TaskName "smartfab daily" -Action $daily -Trigger (New-ScheduledTaskTrigger -Daily -At 06:10) -Settings $again -User "NT AUTHORITY\LOCAL SERVICE"
