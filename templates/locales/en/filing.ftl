filing-back-tasks = Parts of the application
filing-part = Part { $number } of { $of }
filing-save-later = Save and come back later
