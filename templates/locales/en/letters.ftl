# Words of mails, SMS and notices (templates/messages).
letter-code-register = register
letter-code-sign-in = sign in
letter-code-reset-password = reset the password
letter-code-change-contact = change phone or e-mail
letter-code-sign = sign
letter-code-consent = give consent
letter-code-refund = receive a refund
letter-collect-online = View and download it on the dossier's page
letter-collect-counter = Please collect it at the counter
letter-collect-post = It is sent by post
letter-collected-online = on the dossier's page
letter-collected-counter = at the counter
letter-collected-post = by post
letter-outcome-granted = Your dossier has been settled.
letter-outcome-refused = Your dossier has been examined and was not granted.
letter-before = (This message may have been sent before. If you have it already, please ignore this one.)
