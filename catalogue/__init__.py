"""What the system is, as frozen data: functions, layers, queues, tables, events and alarms."""
