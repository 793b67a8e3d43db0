# The shell and the components
brand = Một Cửa
portal-name = Public service portal
office-name = One-stop office
skip = Skip to main content
back = Back
edit = Change
yes = Yes
no = No
save = Save
save-continue = Save and continue
cancel = Cancel
continue = Continue
send = Send
copy = Copy
share = Share with family
copied = Copied
print = Print this page
free = Free
not-given = Not given
was-before = Before: { $value }
more = See more
all = All

nav-label = Main navigation
nav-catalogue = Services
nav-tracking = Track an application
nav-dossiers = My applications
nav-store = My documents
nav-notices = Notifications
nav-unread = unread notifications
nav-account = Account
nav-access-log = Who looked at my data
nav-sign-in = Sign in
nav-sign-out = Sign out
nav-worklist = Work list
nav-counter = Counter
nav-signing = To sign
nav-handover = Hand over
nav-admin = Administration
crumbs-label = You are here
pages-label = Pages
pages-total = { $shown } of { $total }
pages-prev = Previous page
pages-next = Next page
pager-label = Previous and next part
timeline-next = next step

demo-label = Demonstration
demo-strip = Demonstration: every person and application here is invented.
dev-mailbox = Development mailbox

foot-help = Need help?
foot-hours = Monday to Friday, 7:30–11:30 and 13:00–17:00
foot-services = Services
foot-about = About this portal
foot-owner = Run by { $place }.
foot-privacy = Every time an officer opens your data it is recorded, and you can see it.
foot-reference = Reference: { $id }

# Fields
field-optional = optional
field-error-prefix = Error:
field-choose = Choose…
field-date-hint = Day/month/year, for example 12/05/1990
field-partial-date-hint = For example 12/05/1954. If you only know the month and year write 05/1954, if only the year write 1954
field-time-hint = Hours:minutes, for example 07:30
field-phone-hint = For example 0912 345 678
field-identity-hint = The 12 digits on the identity card
field-show-password = Show password
field-hide-password = Hide password
address-province = Province or city
address-commune = Commune, ward or special zone
address-detail = House number, street, hamlet
address-detail-hint = For example: 12 Lê Lợi street, group 3
address-choose = Choose
address-choose-hint = After choosing the province, press “Choose” to list its communes.
upload-pick = Choose files
upload-limits = PDF, JPG, PNG or HEIC pictures, Word or Excel; at most 20 MB a file. You can take a picture with your phone.
upload-from-store = Or take it from your documents
upload-sending = Uploading
upload-done = Uploaded
upload-failed = The upload failed. Please try again.
upload-too-big = This file is larger than 20 MB. Take the picture at a lower resolution or split the file.
file-scanning = Being checked for viruses
file-infected = Contains a virus, please replace it
file-remove = Remove this file
errors-title = { $count ->
    [one] There is { $count } problem
   *[other] There are { $count } problems
}
repeat-add = Add { $what }
repeat-remove = Remove
repeat-up = Move up
form-refresh = Update the questions for this choice
computed-note = Worked out from the answers

# Search
search-go = Search
search-none = No service found yet. Press “Search” to see the nearest ones.

# Task list
task-done = Done
task-todo = To do
task-error = Needs correction
task-blocked = Cannot start yet
task-optional = Optional
task-see = See it; paid after filing
task-check = Filled in, please check

# Saving by itself
saved-at = Saved { $time }
saved-saving = Saving…
saved-failed = Not saved yet, will try again
saved-offline = No connection: kept on this device, will be saved when you are back online
