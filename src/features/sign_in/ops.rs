//! Proving a password, and the one active session per account.

use super::store::{self, ActiveSession, NewSession};
use crate::access::ActorKind;
use crate::db::{DbError, Unique};
use crate::error::AppError;
use crate::features::accounts::store::{self as accounts, Credentials};
use crate::server::clock::new_id;
use crate::server::identity::end_session;
use crate::server::password::policy::MAX_BYTES;
use crate::server::password::{Verdict, policy};
use crate::server::throttle::Detector;
use crate::server::token::{self, Secret};
use crate::server::{Caller, Entry, Reason, System, Write, text};
use crate::types::{Millis, Topic};

/// A session ends after a day, whatever happens in it.
pub const ABSOLUTE_LIMIT: Millis = 24 * 3_600_000;

/// *End the other session?* can be answered for five minutes.
const TICKET_LIFE: Millis = 5 * 60_000;

const DEVICE_LIFE: Millis = 365 * 24 * 3_600_000;

/// How a sign-in ended, when nothing broke.
pub enum Outcome {
    SignedIn(SignedIn),
    /// One answer for an unknown name, a wrong password and one that ran out.
    Refused,
    /// Right, but the account has an active session; `ticket` ends it without the password again.
    OtherSession {
        ticket: Secret,
        other: ActiveSession,
    },
}

pub struct SignedIn {
    pub token: Secret,
    /// A new device cookie; none where the browser has one already.
    pub device: Option<Secret>,
}

/// Signs in with a name and a password.
///
/// Throttling stands before the password queue; an unknown name costs one hash like a known one (OWASP ASVS 5.0 §6.3.8).
pub async fn with_password(caller: &Caller, username: &str, password: String) -> Result<Outcome, AppError> {
    let system = caller.system(Reason::SignIn);
    let key = text::username_key(username);
    let typed = key.clone().unwrap_or_else(|| text::fold(username));
    let device = known_device(caller, &system, &typed).await?;
    let state = &caller.state;
    let throttled = state.throttle.check(&typed, caller.address, device.as_deref(), state.now());
    throttled.map_err(AppError::too_many)?;
    let found = match &key {
        Some(key) => find(caller, &system, key).await?,
        None => None,
    };
    let stored = found.as_ref().and_then(|account| account.password_hash.as_deref());
    let verdict =
        if password.len() > MAX_BYTES { Verdict::Wrong } else { state.hasher.verify(password.clone(), stored).await? };
    let (Verdict::Right { needs_rehash }, Some(account)) = (verdict, found) else {
        return failed(caller, system, &typed).await;
    };
    if account.password_temporary && account.password_expires_at.is_some_and(|at| at <= state.now()) {
        return failed(caller, system, &typed).await;
    }
    if needs_rehash {
        rehash(caller, &system, &account, password.clone()).await;
    }
    if policy::check(&password, &[]).is_err() {
        flag(&system, &account).await;
    }
    state.throttle.succeeded(&typed, caller.address, device.as_deref());
    let device_known = device.is_some();
    begin(caller, system, account, device_known, None).await
}

/// Signs in with a ticket: the password was right a moment ago, and the other session goes now.
pub async fn with_ticket(caller: &Caller, ticket: &str) -> Result<Outcome, AppError> {
    let system = caller.system(Reason::SignIn);
    let mut write = system.write().await.map_err(|e| caller.database(e))?;
    let now = write.now;
    let taken = store::take_ticket(&mut write.conn(), &token::hash(ticket), now).await;
    let account_id = taken.map_err(|e| caller.database(e))?;
    let account = match account_id {
        Some(id) => accounts::get_credentials(&mut write.conn(), &id).await.map_err(|e| caller.database(e))?,
        None => None,
    };
    let Some(account) = account else {
        return Ok(Outcome::Refused);
    };
    begin(caller, system, account, caller.device.is_some(), Some(write)).await
}

async fn find(caller: &Caller, system: &System, key: &str) -> Result<Option<Credentials>, AppError> {
    let mut held = system.read().await.map_err(|e| caller.database(e))?;
    accounts::find_credentials(&mut held.conn(), key).await.map_err(|e| caller.database(e))
}

/// The device cookie, if this name has signed in with it before: only then does it have a budget of its own.
async fn known_device(caller: &Caller, system: &System, key: &str) -> Result<Option<String>, AppError> {
    let Some(device) = &caller.device else { return Ok(None) };
    let hash = token::hash(device);
    let mut held = system.read().await.map_err(|e| caller.database(e))?;
    let knows = store::knows_device(&mut held.conn(), &hash, key, caller.state.now()).await;
    Ok(knows.map_err(|e| caller.database(e))?.then_some(hash))
}

async fn failed(caller: &Caller, system: System, typed: &str) -> Result<Outcome, AppError> {
    let tripped = caller.state.throttle.failed(caller.state.now());
    // What was typed may be a password in the wrong field: the log has its first letters only.
    let hint: String = typed.chars().take(3).collect();
    let mut entries = vec![Entry::new("session.refused", "username", "", &format!("{hint}…"))];
    if tripped == Detector::Tripped {
        entries.push(Entry::new(
            "sign_in.many_failures",
            "installation",
            "",
            "Many failed sign-ins from many addresses",
        ));
    }
    let write = system.write().await.map_err(|e| caller.database(e))?;
    write.commit(entries).await.map_err(|e| caller.database(e))?;
    Ok(Outcome::Refused)
}

/// Stores the password at today's cost. Where that fails, a full queue for one, the next sign-in tries again.
async fn rehash(caller: &Caller, system: &System, account: &Credentials, password: String) {
    let (Some(old), Ok(new)) = (&account.password_hash, caller.state.hasher.hash(password).await) else { return };
    let stored = async {
        let mut write = system.write().await?;
        accounts::rehash(&mut write.conn(), &account.id, old, new.expose()).await?;
        let entry = Entry::new("password.rehash", "account", &account.id, &account.username);
        write.commit(vec![entry]).await
    };
    if let Err(error) = stored.await {
        tracing::warn!(%error, "could not store a password at today's cost");
    }
}

/// Says in the log that a password which was right would be refused today: it got onto the list of known ones, or the
/// policy grew (OWASP ASVS 5.0 §6.2.12). It still signs in.
async fn flag(system: &System, account: &Credentials) {
    let stored = async {
        let mut write = system.write().await?;
        if let Some(organization) = accounts::organization_to_enter(&mut write.conn(), &account.id, None).await? {
            write.within(&organization);
        }
        let entry = Entry::new("password.known", "account", &account.id, &account.username);
        write.commit(vec![entry]).await
    };
    if let Err(error) = stored.await {
        tracing::warn!(%error, "could not flag a known password");
    }
}

/// Makes the session; with `ending`, the transaction that took a ticket, the other one ends first.
async fn begin(
    caller: &Caller,
    system: System,
    account: Credentials,
    device_known: bool,
    ending: Option<Write>,
) -> Result<Outcome, AppError> {
    let (id, name) = (account.id.clone(), account.name.clone());
    let may_end = ending.is_some();
    let write = match ending {
        Some(write) => Ok(write),
        None => system.write().await,
    };
    let write = write.map_err(|e| caller.database(e))?;
    match try_begin(caller, write, &account, device_known, may_end).await {
        Ok(signed_in) => Ok(Outcome::SignedIn(signed_in)),
        Err(DbError::Unique(Unique::ActiveSession)) => ask(caller, system.of(&id, &name, None), &account).await,
        Err(error) => Err(caller.database(error)),
    }
}

async fn try_begin(
    caller: &Caller,
    mut write: Write,
    account: &Credentials,
    device_known: bool,
    may_end: bool,
) -> Result<SignedIn, DbError> {
    let now = write.now;
    let only = account.password_set_by.as_deref();
    let organization = accounts::organization_to_enter(&mut write.conn(), &account.id, only).await?;
    let mut entries = Vec::new();
    if let Some(other) = store::find_active(&mut write.conn(), &account.id).await? {
        let reason = match () {
            () if over(&other, now) => "expired",
            () if may_end => "signed_in_elsewhere",
            () => return Err(DbError::Unique(Unique::ActiveSession)),
        };
        end_session(&mut write.conn(), &other.id, reason, Some(&account.id), now).await?;
        write.session_ended(&other.id, reason);
        entries.push(Entry::new("session.end", "session", &other.id, &account.username));
    }
    let token = Secret::random();
    let session = NewSession {
        id: &new_id(now),
        organization_id: organization.as_deref(),
        account_id: &account.id,
        token_hash: &token.hash(),
        client: &caller.client,
        address: &caller.address.to_string(),
        expires_at: now + ABSOLUTE_LIMIT,
    };
    store::insert(&mut write.conn(), &session, now).await?;
    accounts::signed_in(&mut write.conn(), &account.id, now).await?;
    let device = if device_known { None } else { Some(Secret::random()) };
    if let Some(device) = &device {
        store::insert_device(&mut write.conn(), &device.hash(), &account.id, now + DEVICE_LIFE).await?;
    }
    write.acting(ActorKind::User, &account.id, &account.name, organization.as_deref());
    entries.push(Entry::new("session.begin", "session", session.id, &account.username).tells(&[Topic::Sessions]));
    write.commit(entries).await?;
    Ok(SignedIn { token, device })
}

/// Idle or too old: it only waits for its next request to be ended.
fn over(session: &ActiveSession, now: Millis) -> bool {
    let idle = session.idle_limit > 0 && now > session.last_activity_at + session.idle_limit;
    idle || now >= session.expires_at
}

async fn ask(caller: &Caller, system: System, account: &Credentials) -> Result<Outcome, AppError> {
    let ticket = Secret::random();
    let run = async {
        let mut write = system.write().await?;
        let now = write.now;
        let other = store::find_active(&mut write.conn(), &account.id).await?;
        store::insert_ticket(&mut write.conn(), &ticket.hash(), &account.id, now + TICKET_LIFE).await?;
        write.commit(vec![Entry::new("session.ask", "account", &account.id, &account.username)]).await?;
        Ok(other)
    };
    match run.await.map_err(|e: DbError| caller.database(e))? {
        Some(other) => Ok(Outcome::OtherSession { ticket, other }),
        // It ended in between: the form again, and the next try goes through.
        None => Ok(Outcome::Refused),
    }
}

/// Ends the caller's own session.
pub async fn sign_out(caller: &Caller) -> Result<(), AppError> {
    let Ok(call) = caller.personal() else { return Ok(()) };
    let session = &call.session;
    let organization = session.organization.as_ref().map(|organization| organization.id.as_str());
    let system = caller.system(Reason::SignOut).of(&session.account_id, &session.name, organization);
    let run = async {
        let mut write = system.write().await?;
        let now = write.now;
        if !end_session(&mut write.conn(), &session.id, "signed_out", Some(&session.account_id), now).await? {
            return Ok(());
        }
        write.session_ended(&session.id, "signed_out");
        let entry = Entry::new("session.end", "session", &session.id, &session.username).tells(&[Topic::Sessions]);
        write.commit(vec![entry]).await
    };
    run.await.map_err(|e| caller.database(e))
}
