# What exactly went wrong, by kind (in general see errors.ftl), and faults of single values sent to the API
error-address-not-text = This address holds characters that can't be read. Please check the link.
error-bad-json = The body that was sent is not valid JSON.
error-wrong-type = What was sent is not of the kind that this address takes.
error-too-large = More was sent than is allowed.
error-method-not-allowed = The address exists, but it can't be called that way.
error-form-expired-title = The form has expired
error-form-expired = The page was open for too long, or you signed in again elsewhere. Go back, reload the page and send it again. What you had saved is still there.
error-too-slow-title = The connection is too slow
error-too-slow = The server waited too long for the whole request. Try again when the connection is better.

fault-required = This is missing.
fault-unknown = There is nothing of this name.
fault-bank-notice = This cannot be right in a bank's notice of credit.
fault-bank-notice-time = Money is credited in 2020 or later, and no more than one day ahead of now.
fault-type = The value is of the wrong type.
problem-back = Back
problem-to-dossier = Back to the dossier

error-wrong-credentials = Identifier or password is not right.
error-otp-required = This account needs the code of its second factor (otp).
error-otp-wrong = The code of the second factor is not right.
error-otp-spent = This code was used before. Wait for the next one.
error-choose-account = Several accounts share this phone or e-mail. Sign in again with the id of one in the list.
error-account-disabled = This account is closed.
error-locked = Too many wrong tries: the account is locked for now.
error-bad-signature-title = The signature is wrong
error-bad-signature = The notice is not signed with the right secret; nothing was changed.
error-gateway-unreached = The payment gateway could not be reached and no money was taken. Please try again in a few minutes.
error-first-steps = An officer must first replace the one-time password and set up the second factor on the web site.
