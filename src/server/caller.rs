//! The identity of one request: found once, before any handler, and kept in the request's extensions.

use super::audit::Author;
use super::call::{Call, Reason, System};
use super::clock::new_id;
use super::identity::{Found, Session, find_session};
use super::state::AppState;
use super::{client, cookies, token};
use crate::access::{Decision, Need, Why, decide};
use crate::db::{Conn, DbError};
use crate::error::{AppError, Kind};
use http::HeaderMap;
use std::net::IpAddr;
use std::sync::Arc;

#[derive(Clone)]
pub struct Caller(Arc<Inner>);

pub struct Inner {
    pub state: AppState,
    pub request_id: String,
    pub address: IpAddr,
    /// Browser and system in a few words, for people.
    pub client: String,
    /// The device cookie of an earlier sign-in, if the browser sent one.
    pub device: Option<String>,
    /// The organization that the page was rendered for, if it said so.
    pub expects: Option<String>,
    pub session: Option<Session>,
    /// Why the session of the presented cookie is over, if it is.
    pub ended: Option<String>,
    token_hash: Option<String>,
    /// A bearer token came with it.
    bearer: bool,
}

impl std::ops::Deref for Caller {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Caller {
    /// Looks the session up; a database that does not answer is an error, never a stranger let in.
    pub async fn identify(state: AppState, headers: &HeaderMap, address: IpAddr) -> Result<Caller, AppError> {
        let cookie = cookies::read(headers, state.config.cookie_name());
        let mut ended = None;
        let mut session = None;
        if let Some(cookie) = &cookie {
            let mut held = state.db.acquire().await.map_err(|error| internal(&state, error))?;
            let found = find_session(&mut held.conn(), &token::hash(cookie), state.now()).await;
            match found.map_err(|error| internal(&state, error))? {
                Found::Live(live) => session = Some(*live),
                Found::Ended(reason) => ended = Some(reason),
                Found::Unknown => {}
            }
        }
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let bearer = text("authorization").is_some();
        Ok(Caller(Arc::new(Inner {
            request_id: new_id(state.now()),
            address,
            client: client::describe(text("user-agent").unwrap_or_default()),
            device: cookies::read(headers, cookies::DEVICE),
            expects: text("doorward-organization").map(str::to_owned),
            session,
            ended,
            token_hash: cookie.as_deref().map(token::hash),
            bearer,
            state,
        })))
    }

    /// The one way from a request to the database: `decide` says yes, or this is the refusal.
    pub async fn allow(&self, need: &Need) -> Result<Call, AppError> {
        let call = self.personal()?.needing(need);
        call.require(need).await?;
        Ok(call)
    }

    /// For the personal center, which every signed-in person may open, whatever their rights: the rows are their own.
    pub fn personal(&self) -> Result<Call, AppError> {
        // A cookie and a bearer token together would leave open whose rights count.
        if self.bearer {
            return Err(AppError::new(Kind::SignIn, "invalid_token", "The token is not valid here."));
        }
        let session = self.session.clone().ok_or_else(AppError::sign_in)?;
        let acting = session.organization.as_ref();
        if let Some(expected) = &self.expects
            && acting.map(|organization| &organization.id) != Some(expected)
        {
            let name = acting.map_or("no organization", |organization| &organization.name);
            let message = format!("You switched to {name} in another tab. Reload this page.");
            return Err(AppError::conflict("organization_switched", message));
        }
        Ok(Call::new(self.clone(), session))
    }

    /// Why this request's session is over by now, if it is; for connections that outlive their request.
    pub async fn ended_since(&self) -> Result<Option<String>, DbError> {
        let Some(hash) = &self.token_hash else { return Ok(None) };
        let mut held = self.state.db.acquire().await?;
        Ok(match find_session(&mut held.conn(), hash, self.state.now()).await? {
            Found::Live(_) => None,
            Found::Ended(reason) => Some(reason),
            // A new cookie took its place: the page it belongs to is gone.
            Found::Unknown => Some(String::new()),
        })
    }

    /// The session as this transaction sees it; 401 when it is over by now.
    pub(super) async fn again(&self, conn: &mut Conn<'_>) -> Result<Session, AppError> {
        let Some(hash) = &self.token_hash else { return Err(AppError::sign_in()) };
        match find_session(conn, hash, self.state.now()).await.map_err(|error| self.database(error))? {
            Found::Live(session) => Ok(*session),
            Found::Ended(_) | Found::Unknown => Err(AppError::sign_in()),
        }
    }

    /// What has no actor: sign-in and its kin.
    pub fn system(&self, reason: Reason) -> System {
        System::new(self.state.clone(), reason, self.anonymous())
    }

    fn anonymous(&self) -> Author {
        Author {
            kind: "anonymous",
            id: None,
            name: String::new(),
            organization_id: None,
            address: self.address.to_string(),
            request_id: self.request_id.clone(),
        }
    }

    /// Logs a cause under this request's id, and tells only the id.
    pub fn internal(&self, error: impl std::fmt::Display) -> AppError {
        tracing::error!(request_id = %self.request_id, %error, "request failed");
        AppError::internal(&self.request_id)
    }

    pub fn database(&self, error: DbError) -> AppError {
        match error {
            DbError::Unavailable(cause) => {
                tracing::warn!(request_id = %self.request_id, %cause, "the database is not available");
                AppError::busy(2)
            }
            other => self.internal(other),
        }
    }
}

fn internal(state: &AppState, error: DbError) -> AppError {
    let id = new_id(state.now());
    match error {
        DbError::Unavailable(cause) => {
            tracing::warn!(request_id = %id, %cause, "the database is not available");
            AppError::busy(2)
        }
        other => {
            tracing::error!(request_id = %id, error = %other, "request failed");
            AppError::internal(&id)
        }
    }
}

/// The answer to a refusal: who may know what.
pub fn refusal(why: &Why) -> AppError {
    match why {
        Why::Gate { gate: crate::access::Gate::PasswordChangeRequired } => {
            AppError::forbidden("password_change_required", "Replace your temporary password first.")
        }
        Why::Gate { gate: crate::access::Gate::NoMembership } => {
            AppError::forbidden("no_membership", "You are not an active user of an organization at the moment.")
        }
        Why::NotGranted { screen, need, have } => AppError::forbidden(
            "not_granted",
            match have {
                crate::access::Level::None => format!("None of your profiles opens {}.", screen.label()),
                _ => format!("{} is {} only for you; this needs {}.", screen.label(), have.word(), need.word()),
            },
        ),
        Why::OutOfReach => AppError::not_found(),
        Why::AboveRank => AppError::forbidden("above_rank", "This user has a higher role than you."),
        Why::OwnRow => AppError::conflict(
            "own_account",
            "This is your own account. Somebody else has to change your role, rights, company and status.",
        ),
    }
}

/// `decide` as a result.
pub fn check(actor: &crate::access::Actor, need: &Need) -> Result<(), Why> {
    match decide(actor, need) {
        Decision::Allowed(_) => Ok(()),
        Decision::Refused(why) => Err(why),
    }
}
