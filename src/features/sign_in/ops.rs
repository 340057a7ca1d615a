//! Proving a password, and the one active session per account.

use super::store::{self, ActiveSession, NewSession};
use crate::access::ActorKind;
use crate::db::{DbError, Unique};
use crate::error::AppError;
use crate::features::accounts::store::{self as accounts, Credentials};
use crate::server::clock::new_id;
use crate::server::identity::{SessionLookup, end_session, find_session};
use crate::server::password::{Verdict, policy};
use crate::server::throttle::{self, Detector};
use crate::server::token::{self, Secret};
use crate::server::{Caller, Entry, Reason, System, Write, text};
use crate::types::{Millis, Topic};

/// A session ends after a day, whatever happens in it.
pub const ABSOLUTE_LIMIT: Millis = 24 * 3_600_000;

/// *Close the other session?* can be answered for five minutes.
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
    let compared = compare(caller, &system, key.as_deref(), &password).await;
    let compared = compared.inspect_err(|_| state.throttle.released(&typed, caller.address, device.as_deref()))?;
    let (needs_rehash, mut account) = match compared {
        (Verdict::Right { needs_rehash }, Some(account)) if !account.ran_out(state.now()) => (needs_rehash, account),
        (_, found) => return failed(caller, &system, &typed, found.as_ref()).await,
    };
    if needs_rehash {
        rehash(caller, &system, &mut account, password.clone()).await;
    }
    if policy::check(&password, &[]).is_err() {
        flag(&system, &account).await;
    }
    state.throttle.succeeded(&typed, caller.address, device.as_deref());
    begin(caller, system, &account, device.is_some(), None).await
}

/// Signs in with a ticket: the password was right a moment ago, and the other session goes now.
///
/// A made-up one costs a look and is limited as wrong tokens are: only a ticket that is there opens a write.
pub async fn with_ticket(caller: &Caller, ticket: &str) -> Result<Outcome, AppError> {
    let system = caller.system(Reason::SignIn);
    let hash = token::hash(ticket);
    let look = caller.state.look(caller.address, &hash).await?;
    let Some(account) = of_ticket(caller, &system, &hash).await? else {
        return look.none().map(|()| Outcome::Refused);
    };
    let key = text::username_key(&account.username).unwrap_or_default();
    let device = known_device(caller, &system, &key).await?;
    begin(caller, system, &account, device.is_some(), Some(&hash)).await
}

async fn of_ticket(caller: &Caller, system: &System, hash: &str) -> Result<Option<Credentials>, AppError> {
    let now = caller.state.now();
    let look = async {
        let mut held = system.read().await?;
        let Some(id) = store::find_ticket(&mut held.conn(), hash, now).await? else { return Ok(None) };
        accounts::get_credentials(&mut held.conn(), &id).await
    };
    let found = look.await.map_err(|e: DbError| caller.database(e))?;
    Ok(found.filter(|account| !account.ran_out(now)))
}

/// The account of this name, if there is one, and whether the password is its own.
async fn compare(
    caller: &Caller,
    system: &System,
    key: Option<&str>,
    password: &str,
) -> Result<(Verdict, Option<Credentials>), AppError> {
    let found = match key {
        Some(key) => find(caller, system, key).await?,
        None => None,
    };
    let stored = found.as_ref().and_then(|account| account.password_hash.as_deref());
    let verdict = caller.state.hasher.verify(password.to_owned(), stored).await?;
    Ok((verdict, found))
}

async fn find(caller: &Caller, system: &System, key: &str) -> Result<Option<Credentials>, AppError> {
    let mut held = system.read().await.map_err(|e| caller.database(e))?;
    accounts::find_credentials(&mut held.conn(), key).await.map_err(|e| caller.database(e))
}

/// The device cookie that this name has signed in with before: only then does it have a budget of its own.
async fn known_device(caller: &Caller, system: &System, key: &str) -> Result<Option<String>, AppError> {
    for device in &caller.devices {
        let hash = token::hash(device);
        let mut held = system.read().await.map_err(|e| caller.database(e))?;
        let knows = store::knows_device(&mut held.conn(), &hash, key, caller.state.now()).await;
        if knows.map_err(|e| caller.database(e))? {
            return Ok(Some(hash));
        }
    }
    Ok(None)
}

/// Says so in the log, repeated ones of a name from an address by their number, so that nobody fills the disk with them.
/// Whose name it is, if anybody's, changes nothing in what is done here and how long it takes.
async fn failed(
    caller: &Caller,
    system: &System,
    typed: &str,
    account: Option<&Credentials>,
) -> Result<Outcome, AppError> {
    let (state, now) = (&caller.state, caller.state.now());
    if state.throttle.failed(now) == Detector::Tripped {
        let entry = Entry::new("sign_in.many_failures", "installation", "", "Many failed sign-ins from many addresses");
        note(caller, system, entry, None).await?;
    }
    let same = format!("sign-in {} {typed}", throttle::prefix(caller.address));
    let entry = match account {
        Some(account) => {
            let company = account.home_company_id.as_deref();
            Entry::of(company, "session.refused", "account", &account.id, &account.username)
        }
        // What was typed may be a password in the wrong field: the log has its first letters only.
        None => {
            let hint: String = typed.chars().take(3).collect();
            Entry::new("session.refused", "username", "", &format!("{hint}…"))
        }
    };
    let home = account.and_then(|account| account.home_organization_id.as_deref());
    if let Some((_, entry)) = state.refusals.count(&same, system.author(home), entry, now) {
        note(caller, system, entry, home).await?;
    }
    Ok(Outcome::Refused)
}

async fn note(caller: &Caller, system: &System, entry: Entry, organization: Option<&str>) -> Result<(), AppError> {
    let mut write = system.write().await.map_err(|e| caller.database(e))?;
    if let Some(organization) = organization {
        write.within(organization);
    }
    write.commit(vec![entry]).await.map_err(|e| caller.database(e))
}

/// Stores the password at today's cost. Where that fails, a full queue for one, the next sign-in tries again.
async fn rehash(caller: &Caller, system: &System, account: &mut Credentials, password: String) {
    let (Some(old), Ok(new)) = (&account.password_hash, caller.state.hasher.hash(password).await) else { return };
    let stored = async {
        let mut write = system.write().await?;
        if !accounts::rehash(&mut write.conn(), &account.id, old, new.expose()).await? {
            return Ok(false);
        }
        // Of no organization, as the act is.
        let entry = Entry::of(None, "password.rehash", "account", &account.id, &account.username);
        write.commit(vec![entry]).await?;
        Ok(true)
    };
    match stored.await {
        Ok(true) => account.password_hash = Some(new.expose().to_owned()),
        // Replaced meanwhile: the sign-in finds that out for itself.
        Ok(false) => {}
        Err(error) => {
            let error: DbError = error;
            tracing::warn!(%error, "could not store a password at today's cost");
        }
    }
}

/// Says in the log that a password which was right would be refused today: it got onto the list of known ones, or the
/// policy grew (OWASP ASVS 5.0 §6.2.12). It still signs in.
async fn flag(system: &System, account: &Credentials) {
    let stored = async {
        let mut write = system.write().await?;
        let (organization, company) =
            accounts::organization_to_enter(&mut write.conn(), &account.id, None).await?.unzip();
        if let Some(organization) = organization {
            write.within(&organization);
        }
        let entry = Entry::of(company.as_deref(), "password.known", "account", &account.id, &account.username);
        write.commit(vec![entry]).await
    };
    if let Err(error) = stored.await {
        tracing::warn!(%error, "could not flag a known password");
    }
}

/// Makes the session; with a ticket, by its hash, the other one ends first.
async fn begin(
    caller: &Caller,
    system: System,
    account: &Credentials,
    device_known: bool,
    ticket: Option<&str>,
) -> Result<Outcome, AppError> {
    match try_begin(caller, &system, account, device_known, ticket).await {
        Ok(Some(signed_in)) => Ok(Outcome::SignedIn(signed_in)),
        Ok(None) if ticket.is_some() => Ok(Outcome::Refused),
        Ok(None) => failed(caller, &system, &text::fold(&account.username), Some(account)).await,
        Err(DbError::Unique(Unique::ActiveSession)) => {
            ask(caller, system.of(&account.id, &account.name, (None, None)), account).await
        }
        Err(error) => Err(caller.database(error)),
    }
}

/// None when the password was replaced since it was compared, or the ticket was taken.
async fn try_begin(
    caller: &Caller,
    system: &System,
    account: &Credentials,
    device_known: bool,
    ticket: Option<&str>,
) -> Result<Option<SignedIn>, DbError> {
    let mut write = system.write().await?;
    let now = write.now;
    if !accounts::hold_password(&mut write.conn(), &account.id, account.password_hash.as_deref()).await? {
        return Ok(None);
    }
    if let Some(ticket) = ticket
        && !store::take_ticket(&mut write.conn(), ticket).await?
    {
        return Ok(None);
    }
    let only = account.password_set_by.as_deref();
    let (organization, company) = accounts::organization_to_enter(&mut write.conn(), &account.id, only).await?.unzip();
    let mut entries = end_other(&mut write, account, company.as_deref(), ticket.is_some()).await?;
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
    write.acting(ActorKind::User, &account.id, &account.name, (organization.as_deref(), company.as_deref()));
    let entry = Entry::of(company.as_deref(), "session.begin", "session", session.id, &account.username);
    entries.push(entry.tells(&[Topic::Sessions]));
    write.commit(entries).await?;
    Ok(Some(SignedIn { token, device }))
}

/// Ends the account's other session where it is over or may be ended; else that one stands in the way. `company` is that
/// of the account in the organization which it enters.
async fn end_other(
    write: &mut Write,
    account: &Credentials,
    company: Option<&str>,
    may_end: bool,
) -> Result<Vec<Entry>, DbError> {
    let now = write.now;
    let Some(other) = store::find_active(&mut write.conn(), &account.id).await? else { return Ok(Vec::new()) };
    let reason = match () {
        () if over(&other, now) => "expired",
        () if may_end => "signed_in_elsewhere",
        () => return Err(DbError::Unique(Unique::ActiveSession)),
    };
    end_session(&mut write.conn(), &other.id, reason, Some(&account.id), now).await?;
    write.session_ended(&other.id, reason);
    Ok(vec![Entry::of(company, "session.end", "session", &other.id, &account.username)])
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
        if !accounts::hold_password(&mut write.conn(), &account.id, account.password_hash.as_deref()).await? {
            return Ok(None);
        }
        let Some(other) = store::find_active(&mut write.conn(), &account.id).await? else { return Ok(None) };
        store::insert_ticket(&mut write.conn(), &ticket.hash(), &account.id, TICKET_LIFE, now).await?;
        write.commit(vec![Entry::of(None, "session.ask", "account", &account.id, &account.username)]).await?;
        Ok(Some(other))
    };
    match run.await.map_err(|e: DbError| caller.database(e))? {
        Some(other) => Ok(Outcome::OtherSession { ticket, other }),
        // The other session ended in between, and the next try goes through; or the password was replaced.
        None => Ok(Outcome::Refused),
    }
}

/// Ends every session that a cookie of the request names, whatever else came with it.
pub async fn sign_out(caller: &Caller, cookies: &[&str]) -> Result<(), AppError> {
    for cookie in cookies {
        end_named(caller, &token::hash(cookie)).await.map_err(|e| caller.database(e))?;
    }
    Ok(())
}

async fn end_named(caller: &Caller, token_hash: &str) -> Result<(), DbError> {
    let system = caller.system(Reason::SignOut);
    let found = find_session(&mut system.read().await?.conn(), token_hash, caller.state.now()).await?;
    let SessionLookup::Live(session) = found else { return Ok(()) };
    let organization = session.organization.as_ref().map(|organization| organization.id.as_str());
    let company = session.actor.company_id();
    let mut write = system.of(&session.account_id, &session.name, (organization, company)).write().await?;
    let now = write.now;
    if !end_session(&mut write.conn(), &session.id, "signed_out", Some(&session.account_id), now).await? {
        return Ok(());
    }
    write.session_ended(&session.id, "signed_out");
    let entry = Entry::of(company, "session.end", "session", &session.id, &session.username);
    let entry = entry.tells(&[Topic::Sessions]);
    write.commit(vec![entry]).await
}
