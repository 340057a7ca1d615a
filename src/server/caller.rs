//! The identity of one request: found once, before any handler, and kept in the request's extensions.

use super::audit::Author;
use super::bearer::{self, Authorization};
use super::clock::new_id;
use super::identity::{Session, SessionLookup, Token, find_session};
use super::request_target::RequestTarget;
use super::state::AppState;
use super::token::{self, TokenKind};
use super::{client, cookies, problem};
use crate::access::{Decision, Need, Why, decide};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::types::{Millis, SessionKind};
use http::HeaderMap;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

#[derive(Clone)]
pub struct Caller(Arc<Inner>);

pub struct Inner {
    pub state: AppState,
    pub request_id: String,
    pub address: IpAddr,
    /// Browser and system in a few words, for people.
    pub client: String,
    /// The device cookies of earlier sign-ins that the browser sent.
    pub devices: Vec<String>,
    /// The organization that the page was rendered for, if it said so.
    pub expects: Option<String>,
    pub session: Option<Session>,
    /// Why the session of the presented cookie is over, if it is.
    pub ended: Option<String>,
    /// Of the cookie.
    token_hash: Option<String>,
    /// The token that was presented, by its hash.
    bearer: Option<(TokenKind, String)>,
    /// What the request is about, once that is known.
    asked: OnceLock<RequestTarget>,
    /// What is wrong with the token that was presented, or that its caller asks too much: nothing opens, whatever else came with it.
    pub(super) wrong_token: Option<AppError>,
    /// An `Authorization` that is none of ours came without a session cookie.
    pub(super) foreign: bool,
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
        let cookies = cookies::all(headers, state.config.cookie_name());
        let mut inner = Inner::stranger(state, headers, address);
        match (bearer::presented(headers), cookies.is_empty()) {
            (Authorization::Nothing, true) => {}
            (Authorization::Foreign, true) => inner.foreign = true,
            (Authorization::Nothing | Authorization::Foreign, false) => inner.by_cookies(&cookies).await?,
            (Authorization::Token(..) | Authorization::Wrong, false) => inner.wrong_token = Some(bearer::two_at_once()),
            (Authorization::Wrong, true) => inner.wrong_token = Some(bearer::invalid_token()),
            (Authorization::Token(kind, hash), true) => inner.by_token(kind, &hash).await?,
        }
        Ok(Caller(Arc::new(inner)))
    }

    /// Somebody of whom nothing is looked up: who proves themselves otherwise.
    pub fn stranger(state: AppState, headers: &HeaderMap, address: IpAddr) -> Caller {
        Caller(Arc::new(Inner::stranger(state, headers, address)))
    }

    /// Counts a request that came with a token or a key, once it is answered.
    pub fn answered(&self, error: bool) {
        if let Some(session) = self.session.as_ref().filter(|session| session.kind != SessionKind::Console) {
            self.state.usage.called(session, self.address, &self.client, error, self.state.now());
        }
    }

    /// Why this request's session is over by now, if it is; for connections that outlive their request.
    pub async fn ended_since(&self) -> Result<Option<String>, DbError> {
        let Some(hash) = &self.token_hash else { return Ok(None) };
        let mut held = self.state.db.acquire().await?;
        Ok(match find_session(&mut held.conn(), hash, self.state.now()).await? {
            SessionLookup::Live(_) => None,
            SessionLookup::Ended(reason) => Some(reason),
            // A new cookie took its place: the page it belongs to is gone.
            SessionLookup::Unknown => Some(String::new()),
        })
    }

    /// Who this still is, for connections that outlive their request, and until when that stays true unless somebody
    /// changes something; 401 when it is over.
    pub async fn still(&self) -> Result<(Session, Millis), AppError> {
        let now = self.state.now();
        let mut held = self.state.db.acquire().await.map_err(|error| self.database(error))?;
        if let Some((kind, hash)) = &self.bearer {
            let found = bearer::read(&mut held.conn(), *kind, hash, now).await.map_err(|error| self.database(error))?;
            return found.map(|token| (token.session, token.until)).ok_or_else(bearer::invalid_token);
        }
        let session = self.again(&mut held.conn()).await?;
        let ends = session.actor.grants.iter().filter_map(|grant| grant.until);
        let until = ends.fold(session.expires_at, Millis::min);
        Ok((session, until))
    }

    /// Nothing of ours was presented that could say who this is.
    pub fn is_stranger(&self) -> bool {
        self.token_hash.is_none() && self.bearer.is_none() && self.wrong_token.is_none()
    }

    /// A token or a key came with the request, right or wrong.
    pub fn shows_token(&self) -> bool {
        self.bearer.is_some() || self.wrong_token.is_some()
    }

    /// What proved who this is: the prefix of the token or key, empty for a cookie, and the hash.
    pub fn credential(&self) -> Option<(&'static str, &str)> {
        match &self.bearer {
            Some((kind, hash)) => Some((kind.prefix(), hash)),
            None => self.token_hash.as_deref().map(|hash| ("", hash)),
        }
    }

    /// The one whose credential this is, asking from here.
    pub async fn in_place_of(&self, prefix: &str, hash: &str) -> Result<Caller, AppError> {
        let mut inner = Inner {
            request_id: self.request_id.clone(),
            address: self.address,
            client: self.client.clone(),
            devices: Vec::new(),
            expects: None,
            session: None,
            ended: None,
            token_hash: None,
            bearer: None,
            wrong_token: None,
            foreign: false,
            asked: OnceLock::new(),
            state: self.state.clone(),
        };
        match TokenKind::of_prefix(prefix) {
            Some(kind) => inner.by_token(kind, hash).await?,
            None => inner.by_hash(hash).await?,
        }
        Ok(Caller(Arc::new(inner)))
    }

    /// A connection that this caller opened still stands.
    pub fn still_there(&self) {
        if let Some(session) = self.session.as_ref().filter(|session| session.kind != SessionKind::Console) {
            self.state.usage.seen(session, self.address, &self.client, self.state.now());
        }
    }

    /// The session as this transaction sees it; 401 when it is over by now.
    pub(super) async fn again(&self, conn: &mut Conn<'_>) -> Result<Session, AppError> {
        if let Some((kind, hash)) = &self.bearer {
            let found =
                bearer::read(conn, *kind, hash, self.state.now()).await.map_err(|error| self.database(error))?;
            return found.map(|token| token.session).ok_or_else(bearer::invalid_token);
        }
        let Some(hash) = &self.token_hash else { return Err(AppError::sign_in()) };
        match find_session(conn, hash, self.state.now()).await.map_err(|error| self.database(error))? {
            SessionLookup::Live(session) => Ok(*session),
            SessionLookup::Ended(_) | SessionLookup::Unknown => Err(AppError::sign_in()),
        }
    }

    pub(super) fn anonymous(&self) -> Author {
        Author::anonymous(self.address.to_string(), self.request_id.clone())
    }

    pub(super) fn asks(&self, asked: RequestTarget) {
        // The first to know has looked closest.
        let _ = self.0.asked.set(asked);
    }

    /// Method and path, for the audit log.
    pub(super) fn request(&self) -> &str {
        self.0.asked.get().map_or("", |asked| &asked.request)
    }

    /// Kind and id of what the request is about; the id is empty where it is about none in particular.
    pub(super) fn object(&self) -> Option<(&'static str, &str)> {
        self.0.asked.get()?.object.as_ref().map(|(kind, id)| (*kind, id.as_str()))
    }

    /// Logs a cause under this request's id, and tells only the id.
    pub fn internal(&self, error: impl std::fmt::Display) -> AppError {
        tracing::error!(request_id = %self.request_id, %error, "request failed");
        AppError::internal(&self.request_id)
    }

    pub fn database(&self, error: DbError) -> AppError {
        problem::database(&self.request_id, error)
    }
}

impl Inner {
    fn stranger(state: AppState, headers: &HeaderMap, address: IpAddr) -> Inner {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Inner {
            request_id: new_id(state.now()),
            address,
            client: client::describe(text("user-agent").unwrap_or_default()),
            devices: cookies::all(headers, cookies::DEVICE).into_iter().map(str::to_owned).collect(),
            expects: text("doorward-organization").map(str::to_owned),
            session: None,
            ended: None,
            token_hash: None,
            bearer: None,
            wrong_token: None,
            foreign: false,
            asked: OnceLock::new(),
            state,
        }
    }

    /// The first of them that opens something counts.
    async fn by_cookies(&mut self, cookies: &[&str]) -> Result<(), AppError> {
        for cookie in cookies {
            self.by_hash(&token::hash(cookie)).await?;
            if self.session.is_some() {
                break;
            }
        }
        Ok(())
    }

    async fn by_hash(&mut self, hash: &str) -> Result<(), AppError> {
        let mut held = self.state.db.acquire().await.map_err(|error| internal(&self.state, error))?;
        let found = find_session(&mut held.conn(), hash, self.state.now()).await;
        match found.map_err(|error| internal(&self.state, error))? {
            SessionLookup::Live(live) => (self.session, self.ended) = (Some(*live), None),
            SessionLookup::Ended(reason) => self.ended = Some(reason),
            SessionLookup::Unknown => {}
        }
        self.token_hash = Some(hash.to_owned());
        Ok(())
    }

    async fn by_token(&mut self, kind: TokenKind, hash: &str) -> Result<(), AppError> {
        let (limits, now) = (&self.state.limits, self.state.now());
        if let Err(error) = limits.may_ask(hash, now) {
            self.wrong_token = Some(error);
            return Ok(());
        }
        let found = bearer::find(&self.state, kind, hash, self.address).await;
        let found = found.map_err(|error| internal(&self.state, error))?;
        let counted = found
            .and_then(|Token { session, .. }| limits.count(&session.actor.subject_id, hash, now).map(|()| session));
        match counted {
            Ok(session) => {
                self.session = Some(session);
                self.bearer = Some((kind, hash.to_owned()));
            }
            Err(error) => self.wrong_token = Some(error),
        }
        Ok(())
    }
}

fn internal(state: &AppState, error: DbError) -> AppError {
    problem::database(&new_id(state.now()), error)
}

/// The answer to a refusal: who may know what.
pub fn refusal(why: &Why) -> AppError {
    match why {
        Why::Gate { gate: crate::access::Gate::PasswordChangeRequired } => {
            AppError::forbidden("password_change_required", "Replace your temporary password first.")
        }
        Why::Gate { gate: crate::access::Gate::NoMembership } => {
            AppError::forbidden("no_membership", "You're not an active user of an organization.")
        }
        Why::NotGranted { screen, need, have } => AppError::forbidden(
            "not_granted",
            match have {
                crate::access::Level::None => format!("You don't have access to {}.", screen.label()),
                _ => format!("You have {} only at {}. This requires {}.", screen.label(), have.word(), need.word()),
            },
        ),
        Why::OutOfReach => AppError::not_found(),
        Why::AboveRank => AppError::forbidden("above_rank", "This user has a higher role than you."),
        Why::OwnRow => AppError::conflict(
            "own_account",
            "This is your own account. Someone else has to change your role, permissions, company and status.",
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
