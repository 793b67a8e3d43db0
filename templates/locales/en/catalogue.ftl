catalogue-title = Services
catalogue-active = Filtered by
catalogue-drop = Remove filter
catalogue-filters = Filters
catalogue-results = Results
catalogue-count = { $count ->
    [one] { $count } service
   *[other] { $count } services
}
catalogue-none = Nothing found for “{ $query }”
catalogue-none-here = There are no services here yet
catalogue-none-text = Try a shorter word, or call { $hotline } and we will point you to the right service.
catalogue-nearest = Did you mean
catalogue-all = See all services
level-full = Fully online
level-partial = Partly online
level-info = At the counter
procedure-fee = Fees
procedure-time = Processing time
procedure-usual = Last 30 days: usually { $median }; 9 of 10 done within { $p90 } ({ $count } applications)
procedure-place = Where it is decided
procedure-result = What you receive
procedure-partial = Why it cannot be done wholly online
procedure-cases = Your case
procedure-prepare = What you need to prepare
procedure-papers-show = Show the papers needed
procedure-fees = Fees and charges
procedure-fee-what = Item
procedure-fee-online = Online
procedure-fee-counter = At the counter
procedure-limits = Other time limits
procedure-steps = The steps your application goes through
procedure-more = More information
procedure-audience = Who may use this service
procedure-conditions = Requirements and conditions
procedure-legal = Legal basis
procedure-related = Related services
procedure-updated = Updated { $date }
procedure-begin-title = Do it online now
procedure-begin = Begin
procedure-begin-text = You can stop at any time; everything you have entered is kept.
procedure-no-begin-title = This service is filed at the counter
procedure-no-begin-text = Bring your papers to: { $place }.
procedure-print = Print a one-page guide
procedure-print-pdf = Download the guide in big type (PDF, Vietnamese)
paper-attach = Attach a picture or an electronic copy
paper-show = Bring it for comparison
paper-count = { $copies ->
    [0] { $originals } original
   *[other] { $originals } original, { $copies } copies
}
paper-when = Only needed when: { $condition }
paper-instead = Not needed if the agency already has: { $what }
sheet-long-steps = See the page of the procedure (scan the QR code) or ask at the counter.
sheet-qr = Scan to open this page and file online
