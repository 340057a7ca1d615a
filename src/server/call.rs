//! The doorway: request code reaches the database only through a value that the decision handed out.

use super::audit::{self, Author, Entry};
use super::caller::{Caller, check, refusal};
use super::events::{Change, EndedSession, Event, Happened, Happening};
use super::identity::Session;
use super::state::AppState;
use super::{refusals, watch};
use crate::access::{Actor, ActorKind, Level, Need, Role, Screen, Target, Why};
use crate::db::{self, Conn, Db, DbError, Held, Tx, exec, rows};
use crate::error::AppError;
use crate::types::{Millis, Topic};
use std::time::{Duration, Instant};

/// How long a start waits for another one that fills the database.
const LONGEST_START: Duration = Duration::from_secs(120);

/// A request that was let in, acting as somebody.
#[derive(Clone)]
pub struct Call {
    caller: Caller,
    pub session: Session,
    /// What the request was let in for; none in the personal center.
    need: Option<Need>,
}

/// Everything that happens without an actor. The list is closed: a new reason needs a reviewer's yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    SignIn,
    SignOut,
    /// A person's click or key moves the idle limit.
    Activity,
    FirstStart,
    /// Fills an empty database with the demo, or with generated users.
    Demo,
    CommandLine,
    Health,
    /// Watches for changes made by others.
    Watch,
    /// Writes down a refused request.
    Refusal,
    /// A client proves its secret, for a token or about one.
    Token,
    /// Writes down how much came in with access tokens.
    Usage,
    /// Sends what waits in the outbox.
    Mail,
    /// Ends sessions whose time is over.
    Expiry,
    /// A ticket opens a socket of events.
    EventTicket,
    /// Keeps what a POST with an idempotency key was answered.
    Idempotency,
}

pub struct System {
    state: AppState,
    pub reason: Reason,
    author: Author,
}

/// A writing transaction. It commits only with at least one audit entry.
pub struct Write {
    tx: Tx,
    state: AppState,
    author: Author,
    ended: Vec<EndedSession>,
    topics: Vec<Topic>,
    happened: Vec<Happening>,
    pub now: Millis,
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
        refusals::note(self.state(), &key, self.author(), entry);
    }

    pub async fn read(&self) -> Result<Held, AppError> {
        self.state().db.acquire().await.map_err(|error| self.database(error))
    }

    /// Begins a writing transaction, if the caller still is who the request was let in for.
    pub async fn write(&self) -> Result<Write, AppError> {
        let tx = self.state().db.begin().await.map_err(|error| self.database(error))?;
        let (state, author) = (self.state().clone(), self.author());
        let mut write =
            Write { tx, state, author, ended: Vec::new(), topics: Vec::new(), happened: Vec::new(), now: self.now() };
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
        let author = Author {
            kind: "system",
            id: None,
            name: format!("{reason:?}"),
            organization_id: None,
            company_id: None,
            address: String::new(),
            request_id: super::clock::new_id(state.now()),
        };
        System::new(state.clone(), reason, author)
    }
}

/// A name is no right.
fn same_rights(now: &Actor, before: &Actor) -> bool {
    Actor { name: before.name.clone(), ..now.clone() } == *before
}

impl System {
    pub(super) fn new(state: AppState, reason: Reason, author: Author) -> System {
        System { state, reason, author }
    }

    /// Acts for an account that is just proving itself, in an organization and a company of it.
    #[must_use]
    pub fn of(mut self, account_id: &str, name: &str, within: (Option<&str>, Option<&str>)) -> System {
        self.author.is(account_id, name, within);
        self
    }

    /// Who acts, for what is written later.
    pub fn author(&self, organization_id: Option<&str>) -> Author {
        let organization_id = organization_id.map(str::to_owned).or_else(|| self.author.organization_id.clone());
        Author { organization_id, ..self.author.clone() }
    }

    pub async fn read(&self) -> Result<Held, DbError> {
        self.state.db.acquire().await
    }

    pub async fn write(&self) -> Result<Write, DbError> {
        let tx = self.state.db.begin().await?;
        let (state, author) = (self.state.clone(), self.author.clone());
        Ok(Write { tx, now: state.now(), state, author, ended: Vec::new(), topics: Vec::new(), happened: Vec::new() })
    }

    /// The same for a start: of nodes that are started together one writes after the other, and each waits for those
    /// before it, which may fill a whole demo.
    pub async fn write_alone(&self) -> Result<Write, DbError> {
        let begun = Instant::now();
        // SQLite gives up after a few seconds; PostgreSQL's lock is waited for below.
        let patient = || matches!(self.state.db, Db::Sqlite(..)) && begun.elapsed() < LONGEST_START;
        loop {
            match self.write().await {
                Err(DbError::Unavailable(_)) if patient() => {}
                Err(error) => return Err(error),
                Ok(mut write) => {
                    db::alone(&mut write.conn()).await?;
                    return Ok(write);
                }
            }
        }
    }

    /// The pool itself, for the watchers and for filling a database in bulk.
    pub fn pool(&self) -> Option<&Db> {
        matches!(self.reason, Reason::Watch | Reason::Demo).then_some(&self.state.db)
    }
}

impl Write {
    pub fn conn(&mut self) -> Conn<'_> {
        self.tx.conn()
    }

    /// The organization of the rows that are being written, where the author acts from none.
    pub fn within(&mut self, organization_id: &str) {
        self.author.organization_id = Some(organization_id.to_owned());
    }

    /// Names the account or client that proved itself in this transaction, in an organization and a company of it.
    pub fn acting(&mut self, kind: ActorKind, id: &str, name: &str, within: (Option<&str>, Option<&str>)) {
        self.author.kind = kind.code();
        self.author.is(id, name, within);
    }

    /// Where the one who proved itself is.
    pub fn from(&mut self, address: &str) {
        self.author.address = address.to_owned();
    }

    /// A session ended in this transaction: its sockets close and its page is told why, once it is committed.
    pub fn session_ended(&mut self, id: &str, reason: &str) {
        self.ended.push(EndedSession { id: id.to_owned(), reason: reason.to_owned() });
    }

    /// Something happened in a place of the organization that is written in: programs within reach hear of it, once it
    /// is committed.
    pub fn happened(&mut self, happening: Happening) {
        self.happened.push(happening);
    }

    /// Tells open pages of these topics once it is committed, beside those of its entries.
    pub fn tells(&mut self, topics: &[Topic]) {
        self.topics.extend_from_slice(topics);
    }

    /// Writes the audit entries, commits, and tells this node and the others.
    pub async fn commit(mut self, entries: Vec<Entry>) -> Result<(), DbError> {
        if entries.is_empty() {
            return Err(DbError::Other(sqlx::Error::Protocol("a write without an audit entry".into())));
        }
        for entry in &entries {
            audit::insert(&mut self.tx.conn(), &self.author, entry, self.now).await?;
        }
        self.topics.extend(entries.iter().flat_map(|entry| entry.topics.iter().copied()));
        self.finish().await
    }

    /// For what is nobody's change: moving a session's last activity, what ran out, and data derived from this binary.
    pub async fn commit_unlogged(self) -> Result<(), DbError> {
        self.finish().await
    }

    async fn finish(mut self) -> Result<(), DbError> {
        let told = self.told();
        if told.is_empty() {
            return self.tx.commit().await;
        }
        let events = &self.state.events;
        let mut conn = self.tx.conn();
        match conn {
            Conn::Postgres(_) => {
                for event in &told {
                    exec!(conn, "select pg_notify($1, $2)", super::events::CHANNEL, events.payload(event))?;
                }
                self.tx.commit().await?;
            }
            Conn::Sqlite(_) => {
                let number = watch::number_change(&mut conn).await?;
                events.claim(number);
                self.tx.commit().await.inspect_err(|_| events.disclaim(number))?;
            }
        }
        told.into_iter().for_each(|event| self.state.tell(event));
        Ok(())
    }

    /// What others are to hear of this transaction.
    fn told(&mut self) -> Vec<Event> {
        let organization_id = self.author.organization_id.clone();
        let (mut topics, ended) = (std::mem::take(&mut self.topics), std::mem::take(&mut self.ended));
        let all = std::mem::take(&mut self.happened);
        topics.dedup();
        let mut told = Vec::new();
        if let Some(organization_id) = organization_id.clone().filter(|_| !all.is_empty()) {
            told.push(Event::Happened(Happened { organization_id, all }));
        }
        if !topics.is_empty() || !ended.is_empty() {
            told.push(Event::Changed(Change { organization_id, topics, ended }));
        }
        told
    }
}
