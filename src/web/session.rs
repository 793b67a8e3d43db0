//! From a cookie or a bearer token to the person behind it; beginning and ending browser sessions.

use actix_web::HttpRequest;

use super::visit::{self, Visit};
use super::{Result, gate};
use crate::accounts::sessions::{self, AuthError};
use crate::accounts::sign_in::Fresh;
use crate::accounts::{SessionKind, SignedIn, agencies, tokens};
use crate::app::App;
use crate::db::{self, Conn};
use crate::kernel::Role;
use crate::notifications;

/// Cookie with the session's token.
const COOKIE: &str = "motcua_session";

/// A person and what their pages show of them.
pub(super) struct Found {
    pub who: SignedIn,
    /// Notices not read yet.
    pub unread: u32,
    /// An officer's first right: the role and the agency's name.
    pub position: Option<(Role, String)>,
}

/// What a request's credentials came to.
pub(super) enum Credentials {
    None,
    /// A cookie or token that opens nothing (any more).
    Dead,
    Live(Box<Found>),
}

/// Finds out who asks. `api`: by bearer token; otherwise by cookie.
pub(super) async fn find(app: &App, req: &HttpRequest, api: bool) -> Result<Credentials> {
    let (token, kind) = if api {
        (gate::bearer(req).map(str::to_owned), SessionKind::Api)
    } else {
        (visit::cookie(app, req, COOKIE), SessionKind::Pages)
    };
    let Some(token) = token else { return Ok(Credentials::None) };
    let now = app.now();
    let claims = match tokens::verify(&app.keys, &token, now) {
        Ok(claims) if claims.kind == kind => claims,
        _ => return Ok(Credentials::Dead),
    };
    let found = app
        .db
        .read(move |conn| {
            let who = sessions::authenticate(conn, &claims, now)?;
            let unread = if api { 0 } else { notifications::unread(conn, who.account)? };
            let position = if api { None } else { position(conn, &who)? };
            Ok::<_, AuthError>(Found { who, unread: u32::try_from(unread).unwrap_or(0), position })
        })
        .await;
    match found {
        Ok(found) => {
            if found.who.wants_touch {
                touch(app, &found.who);
            }
            Ok(Credentials::Live(Box::new(found)))
        }
        Err(AuthError::Ended | AuthError::Disabled) => Ok(Credentials::Dead),
        Err(AuthError::Db(e)) => Err(e.into()),
    }
}

fn position(conn: &mut Conn, who: &SignedIn) -> std::result::Result<Option<(Role, String)>, db::Error> {
    let Some(right) = who.actor.officer().and_then(|officer| officer.assignments.first()) else { return Ok(None) };
    Ok(agencies::by_id(conn, right.agency)?.map(|agency| (right.role, agency.name)))
}

/// Records the use of a session beside the request; its answer doesn't wait for it.
fn touch(app: &App, who: &SignedIn) {
    let (app, who, now) = (app.clone(), who.clone(), app.now());
    actix_web::rt::spawn(async move {
        let touched = app.db.write(move |tx| sessions::touch(tx, &who, now)).await;
        if let Err(error) = touched {
            tracing::warn!(%error, "a session's use was not recorded");
        }
    });
}

/// Gives the browser its session.
pub(super) fn begin(visit: &Visit, fresh: &Fresh) {
    let seconds = fresh.token_expires_at.as_second() - visit.now().as_second();
    visit.set_cookie(COOKIE, fresh.token.clone(), Some(seconds));
}

/// Takes the browser's session away.
pub(super) fn forget(visit: &Visit) {
    visit.set_cookie(COOKIE, String::new(), Some(0));
}

/// Ends the session of whoever asks.
///
/// # Errors
/// A failure of the database.
pub(super) async fn end(visit: &Visit) -> Result<()> {
    let Some(who) = &visit.session else { return Ok(()) };
    let (account, session, now) = (who.account, who.session, visit.now());
    visit.app.db.write(move |tx| sessions::revoke(tx, account, session, now)).await?;
    Ok(())
}
