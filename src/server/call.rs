//! The doorway: request code reaches the database only through a value that the decision handed out.

use super::audit::{Author, Entry};
use super::bearer;
use super::caller::{Caller, check, refusal};
use super::identity::Session;
use super::refusal_log;
use super::state::AppState;
use super::write::{Reason, System, Write};
use crate::access::{Actor, ActorKind, Level, Need, Role, Screen, Target, Why};
use crate::db::{Conn, Connection, DbError, Statement, rows};
use crate::error::AppError;
use crate::types::{Count, Millis, SessionKind};

/// A request that was let in, acting as somebody.
#[derive(Clone)]
pub struct Call {
    caller: Caller,
    pub session: Session,
    /// What the request was let in for; none in the personal center.
    need: Option<Need>,
}

impl Call {
    pub(super) fn new(caller: Caller, session: Session) -> Call {
        Call { caller, session, need: None }
    }

    pub(super) fn needing(self, need: &Need) -> Call {
        Call { need: Some(need.clone()), ..self }
    }

    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    pub fn state(&self) -> &AppState {
        &self.caller.state
    }

    pub fn actor(&self) -> &Actor {
        &self.session.actor
    }

    /// The organization that this request acts in; empty without a membership, where every need is refused.
    pub fn organization_id(&self) -> &str {
        &self.session.actor.organization_id
    }

    /// For what a person may look at of their own, with a key as well; writing it takes `Caller::personal`.
    pub fn person(&self) -> Result<(), AppError> {
        if self.actor().kind == ActorKind::User { Ok(()) } else { Err(not_for_tokens()) }
    }

    pub fn now(&self) -> Millis {
        self.caller.state.now()
    }

    /// The same for somebody, or a program, that has a company and a role: where, how high, and who.
    pub async fn require_of(
        &self,
        screen: Screen,
        level: Level,
        (company_path, rank, subject_id): (&str, Role, &str),
    ) -> Result<(), AppError> {
        let own = subject_id == self.actor().subject_id;
        let target = Target::Member { company: company_path.to_owned(), rank, own };
        self.require(&Need { screen, level, target }).await
    }

    /// Decides one more need, such as that of a row that was just read. Refusals go to the audit log, repeated ones of an
    /// actor, credential and cause by their number.
    pub async fn require(&self, need: &Need) -> Result<(), AppError> {
        let Err(why) = check(self.actor(), need) else { return Ok(()) };
        let mut error = refusal(&why);
        if let Why::NotGranted { .. } = &why {
            let names = self.who_can_grant().await?;
            if !names.is_empty() {
                error.message = format!("{} Ask {}.", error.message, names.join(" or "));
            }
        }
        self.note_refusal(need, &error.code);
        Err(error)
    }

    /// Up to three administrators by name.
    async fn who_can_grant(&self) -> Result<Vec<String>, AppError> {
        const WHO: &str = "with given as (select g.subject_id from profiles p cross join grants g
                where p.organization_id = $1 and p.builtin = true
                and g.profile_id = p.id and g.organization_id = $1 and g.place_id is null and g.until_at is null),
            held as (select subject_id from given
                union select m.member_id from given join team_members m on m.team_id = given.subject_id)
            select distinct a.name from held
            cross join users u cross join accounts a
            where u.id = held.subject_id and u.status = 'active' and a.id = u.account_id
            order by a.name limit 3";
        let mut held = self.read().await?;
        let names = rows!(held.conn(), (String,), WHO, self.organization_id()).map_err(|e| self.database(e))?;
        Ok(names.into_iter().map(|row| row.0).collect())
    }

    fn note_refusal(&self, need: &Need, code: &str) {
        let actor = self.actor();
        if actor.kind != ActorKind::User {
            self.state().usage.refused(&actor.subject_id, need.screen, need.level, self.now());
        }
        let by = self.session.credential_id.as_deref().unwrap_or_default();
        let key = format!("{}{}{by} {} {code}", actor.account_id, actor.subject_id, need.screen.code());
        let screen = need.screen;
        let entry = match self.caller.object().filter(|(_, id)| !id.is_empty()) {
            // Whose it is, is found when it is written.
            Some((kind, id)) => Entry::of(None, "access.refused", kind, id, ""),
            None => Entry::new("access.refused", "screen", screen.code(), screen.label()),
        };
        let entry = entry.after(serde_json::json!({
            "screen": screen.code(), "level": need.level.word(), "code": code, "request": self.caller.request(),
        }));
        refusal_log::note(self.state(), &key, self.author(), entry);
    }

    pub async fn read(&self) -> Result<Connection, AppError> {
        self.state().db.acquire().await.map_err(|error| self.database(error))
    }

    /// How many rows a list has: runs a statement of `Query::counted`, where that is not known.
    pub async fn count(&self, conn: &mut Conn<'_>, statement: Statement) -> Result<Count, DbError> {
        let state = self.state();
        state.counts.of(conn, statement, self.now(), state.events.changes()).await
    }

    /// Begins a writing transaction, if the caller still is who the request was let in for.
    pub async fn write(&self) -> Result<Write, AppError> {
        let tx = self.state().db.begin().await.map_err(|error| self.database(error))?;
        let mut write = Write::new(tx, self.state().clone(), self.author());
        self.stands(&mut write.conn()).await?;
        Ok(write)
    }

    /// Decides again, on the session and the live grants that this transaction sees: since the request was let in, it may
    /// have waited for a hash or for another writer. Rights that changed meanwhile send the caller back, because what was
    /// checked against the former ones holds no longer (`docs/decisions/0013-writes-decide-again.md`).
    pub async fn stands(&self, conn: &mut Conn<'_>) -> Result<(), AppError> {
        let now = self.caller.again(conn).await?.actor;
        let Some(need) = &self.need else { return Ok(()) };
        if let Err(why) = check(&now, need) {
            let error = refusal(&why);
            self.note_refusal(need, &error.code);
            return Err(error);
        }
        if same_rights(&now, self.actor()) {
            return Ok(());
        }
        let message = "Your permissions changed in the meantime, so nothing was saved. Try again.";
        Err(AppError::conflict("rights_changed", message))
    }

    /// Turns a database error into an answer; see `Caller::database`.
    pub fn database(&self, error: DbError) -> AppError {
        self.caller.database(error)
    }

    pub(super) fn author(&self) -> Author {
        let actor = self.actor();
        Author {
            kind: actor.kind.code(),
            id: Some(if actor.subject_id.is_empty() { actor.account_id.clone() } else { actor.subject_id.clone() }),
            name: match &self.session.key {
                Some(key) => format!("{} (key {})", actor.name, key.name),
                None => actor.name.clone(),
            },
            organization_id: Some(actor.organization_id.clone()).filter(|id| !id.is_empty()),
            company_id: actor.company_id().map(str::to_owned),
            address: self.caller.address.to_string(),
            request_id: self.caller.request_id.clone(),
        }
    }

    /// The door for what has no request: start, command line, watchers.
    pub fn system(state: &AppState, reason: Reason) -> System {
        System::unasked(state, reason)
    }
}

/// A name is no right.
fn same_rights(now: &Actor, before: &Actor) -> bool {
    Actor { name: before.name.clone(), ..now.clone() } == *before
}

impl Caller {
    /// The one way from a request to the database: `decide` says yes, or this is the refusal.
    pub async fn allow(&self, need: &Need) -> Result<Call, AppError> {
        let call = self.authenticated()?.needing(need);
        call.require(need).await?;
        Ok(call)
    }

    /// For the personal center, which every signed-in person may open, whatever their rights: the rows are their own.
    /// A token opens none of it.
    pub fn personal(&self) -> Result<Call, AppError> {
        let call = self.authenticated()?;
        if call.session.kind == SessionKind::Console { Ok(call) } else { Err(not_for_tokens()) }
    }

    /// For what anybody may ask who is known, such as who they are.
    pub fn authenticated(&self) -> Result<Call, AppError> {
        if let Some(error) = &self.wrong_token {
            return Err(error.clone());
        }
        let unknown = if self.foreign { bearer::invalid_token } else { AppError::sign_in };
        let session = self.session.clone().ok_or_else(unknown)?;
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

    /// What has no actor: sign-in and its kin.
    pub fn system(&self, reason: Reason) -> System {
        System::new(self.state.clone(), reason, self.anonymous())
    }

    /// Who asks, as the audit log names them, whatever they may.
    pub(super) fn author(&self) -> Author {
        match &self.session {
            Some(session) => Call::new(self.clone(), session.clone()).author(),
            None => self.anonymous(),
        }
    }
}

fn not_for_tokens() -> AppError {
    AppError::forbidden("people_only", "This is only for users who are signed in to the console. Tokens can't use it.")
}
