//! Writing transactions, and what happens without an actor.

use super::audit::{self, Author, Entry};
use super::events::{self, Change, EndedSession, Event, Happening, Happenings};
use super::state::AppState;
use crate::access::ActorKind;
use crate::db::{self, Conn, Connection, Db, DbError, Tx, exec};
use crate::types::{Millis, Topic};
use std::time::{Duration, Instant};

/// How long a start waits for another one that fills the database.
const LONGEST_START: Duration = Duration::from_secs(120);

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

impl System {
    /// For what has no request: start, command line, watchers.
    pub(super) fn unasked(state: &AppState, reason: Reason) -> System {
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

    pub async fn read(&self) -> Result<Connection, DbError> {
        self.state.connection().await
    }

    pub async fn write(&self) -> Result<Write, DbError> {
        let tx = self.state.db.begin().await?;
        Ok(Write::new(tx, self.state.clone(), self.author.clone()))
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
    pub(super) fn new(tx: Tx, state: AppState, author: Author) -> Write {
        Write { tx, now: state.now(), state, author, ended: Vec::new(), topics: Vec::new(), happened: Vec::new() }
    }

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
        let state_events = &self.state.events;
        let mut conn = self.tx.conn();
        match conn {
            Conn::Postgres(_) => {
                for event in &told {
                    exec!(conn, "select pg_notify($1, $2)", events::CHANNEL, state_events.payload(event))?;
                }
                self.tx.commit().await?;
            }
            Conn::Sqlite(_) => {
                let number = events::number_change(&mut conn).await?;
                state_events.claim(number);
                self.tx.commit().await.inspect_err(|_| state_events.disclaim(number))?;
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
            told.push(Event::Happened(Happenings { organization_id, all }));
        }
        if !topics.is_empty() || !ended.is_empty() {
            told.push(Event::Changed(Change { organization_id, topics, ended }));
        }
        told
    }
}
