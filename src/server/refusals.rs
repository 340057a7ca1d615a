//! Refusals in the audit log: the first of a kind is written at once, those that follow are counted and told once a
//! minute while they go on, and once when they stop, with their number and the last object. So nobody fills the disk
//! with them, nor hides one among many (`docs/decisions/0046-refusals-are-counted.md`).

use super::audit::{Author, Entry};
use super::call::{Reason, System};
use super::caller::Caller;
use super::state::AppState;
use super::throttle::prefix;
use crate::db::{Conn, DbError, row};
use crate::error::AppError;
use crate::types::{Millis, rfc3339};
use http::HeaderMap;
use serde_json::json;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const WINDOW: Millis = 60_000;

/// So many kinds are told apart at a time; what comes on top is counted as one of each action.
const MOST: usize = 256;

const LOOK_EVERY: Duration = Duration::from_secs(10);

#[derive(Default)]
pub struct Refusals(Mutex<HashMap<String, Window>>);

/// A minute of refusals of one kind.
struct Window {
    ends: Millis,
    /// Those that no event has told of, since when, and the last of them.
    more: u64,
    since: Millis,
    last: (Author, Entry),
}

impl Window {
    fn tell(&mut self, now: Millis) -> (Author, Entry) {
        let (author, entry) = self.last.clone();
        let told = (author, counted(entry, self.more, self.since));
        (self.ends, self.more) = (now + WINDOW, 0);
        told
    }
}

/// With how many there were, where there was more than one.
fn counted(mut entry: Entry, times: u64, since: Millis) -> Entry {
    if times > 1 {
        let after = entry.after.get_or_insert_with(|| json!({}));
        after["times"] = json!(times);
        after["since"] = json!(rfc3339(since));
    }
    entry
}

impl Refusals {
    fn windows(&self) -> MutexGuard<'_, HashMap<String, Window>> {
        // A panic elsewhere leaves whole windows behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one; what is to be written of it now, if anything.
    pub fn count(&self, key: &str, author: Author, entry: Entry, now: Millis) -> Option<(Author, Entry)> {
        let mut windows = self.windows();
        let full = windows.len() >= MOST && !windows.contains_key(key);
        let key = if full { format!("others {}", entry.action) } else { key.to_owned() };
        let Some(window) = windows.get_mut(&key) else {
            let last = (author, entry);
            windows.insert(key, Window { ends: now + WINDOW, more: 0, since: now, last: last.clone() });
            return Some(last);
        };
        if window.more == 0 {
            window.since = now;
        }
        window.more += 1;
        window.last = (author, entry);
        (now >= window.ends).then(|| window.tell(now))
    }

    /// What the windows that are over have to tell. Those in which nothing came are closed.
    fn over(&self, now: Millis) -> Vec<(Author, Entry)> {
        let mut windows = self.windows();
        windows.retain(|_, window| window.more > 0 || now < window.ends);
        windows.values_mut().filter(|window| now >= window.ends).map(|window| window.tell(now)).collect()
    }

    fn take(&self) -> Vec<(Author, Entry)> {
        let windows = std::mem::take(&mut *self.windows());
        let untold = windows.into_values().filter(|window| window.more > 0);
        untold.map(|mut window| window.tell(0)).collect()
    }
}

/// Notes a refusal, beside the request: that one may hold the write lock of the transaction that the refusal ends.
pub fn note(state: &AppState, key: &str, author: Author, entry: Entry) {
    let Some((author, entry)) = state.refusals.count(key, author, entry, state.now()) else { return };
    let of = state.clone();
    state.beside.spawn(async move { write_all(&of, vec![(author, entry)]).await });
}

async fn write_all(state: &AppState, told: Vec<(Author, Entry)>) {
    for (author, entry) in told {
        if let Err(error) = write(state, author, entry).await {
            tracing::error!(%error, "a refusal could not be written to the audit log");
        }
    }
}

async fn write(state: &AppState, author: Author, mut entry: Entry) -> Result<(), DbError> {
    let mut write = System::new(state.clone(), Reason::Refusal, author.clone()).write().await?;
    let found = match entry.target_kind {
        CLIENT => client(&mut write.conn(), &mut entry).await?,
        _ => {
            name(&mut write.conn(), &author, &mut entry).await?;
            None
        }
    };
    if let Some(organization) = found {
        write.within(&organization);
    }
    write.commit(vec![entry]).await
}

/// The object by its name and its company, where it is one of the organization's.
async fn name(conn: &mut Conn<'_>, author: &Author, entry: &mut Entry) -> Result<(), DbError> {
    const NAME: &str = "select 'user', a.username, u.company_id from users u join accounts a on a.id = u.account_id
            where u.id = $1 and u.organization_id = $2
        union all select 'profile', name, cast(null as text) from profiles where id = $1 and organization_id = $2
        union all select 'team', name, cast(null as text) from teams where id = $1 and organization_id = $2
        union all select 'integration', name, company_id from integrations where id = $1 and organization_id = $2
        union all select 'api_user', name, company_id from api_users where id = $1 and organization_id = $2
        union all select 'api_key', k.name, u.company_id from api_keys k join users u on u.id = k.user_id
            where k.id = $1 and k.organization_id = $2
        union all select 'session', '', coalesce(u.company_id, i.company_id) from sessions s
            left join users u on u.account_id = s.account_id and u.organization_id = $2
            left join integrations i on i.id = s.integration_id and i.organization_id = $2
            where s.id = $1";
    let (Some(id), Some(organization)) = (&entry.target_id, &author.organization_id) else { return Ok(()) };
    if !entry.target_name.is_empty() {
        return Ok(());
    }
    let found = row!(conn, (String, String, Option<String>), NAME, id.as_str(), organization.as_str())?;
    let Some((kind, name, company)) = found else { return Ok(()) };
    entry.target_name = name;
    // An address may name one thing as another.
    entry.company_id = company.filter(|_| kind == entry.target_kind);
    Ok(())
}

const CLIENT: &str = "client_id";

/// Whose client ID it is, if anybody's: its organization. Of another one the log has its first letters only, because it
/// may be a secret in the wrong field.
async fn client(conn: &mut Conn<'_>, entry: &mut Entry) -> Result<Option<String>, DbError> {
    const FIND: &str = "select id, organization_id, company_id, name from integrations where client_id = $1";
    let found = row!(conn, (String, String, String, String), FIND, entry.target_name.as_str())?;
    let Some((id, organization, company, name)) = found else {
        entry.target_name = format!("{}…", entry.target_name.chars().take(3).collect::<String>());
        return Ok(None);
    };
    (entry.target_kind, entry.target_id, entry.target_name) = ("integration", Some(id), name);
    entry.company_id = Some(company);
    Ok(Some(organization))
}

/// A client ID that came with a secret which is not its own.
pub fn wrong_secret(state: &AppState, client_id: &str, address: IpAddr) {
    let client_id: String = client_id.chars().take(64).collect();
    let author = Author::anonymous(address.to_string(), super::clock::new_id(state.now()));
    let entry = Entry::new("token.refused", CLIENT, "", &client_id).after(json!({ "code": "invalid_client" }));
    note(state, &format!("secret {} {client_id}", prefix(address)), author, entry);
}

/// A write that came from another site, with whosever cookie it came.
pub fn cross_site(caller: &Caller, headers: &HeaderMap) {
    let text = |name: &str| headers.get(name).map(|value| short(&String::from_utf8_lossy(value.as_bytes())));
    let after = json!({
        "request": caller.request(), "origin": text("origin"), "site": text("sec-fetch-site"), "code": "cross_site",
    });
    let entry = match &caller.session {
        Some(session) => {
            let company = session.actor.company_id();
            Entry::of(company, "cross_site.refused", "session", &session.id, &session.username)
        }
        None => Entry::new("cross_site.refused", "installation", "", "Cross-site request"),
    };
    let key = format!("cross-site {}", prefix(caller.address));
    note(&caller.state, &key, caller.author(), entry.after(after));
}

/// More was to be given or changed than the caller has: what the doorway's own refusals do not tell of.
pub fn beyond(caller: &Caller, error: &AppError) {
    if !error.is_beyond() || caller.session.is_none() {
        return;
    }
    let fields: Vec<&str> = error.fields.iter().filter(|it| it.beyond).map(|it| it.field.as_str()).collect();
    let after = json!({
        "code": error.code, "fields": fields, "message": error.message, "request": caller.request(),
    });
    let (kind, id) = caller.object().unwrap_or(("request", ""));
    // Whose it is, is found when it is written.
    let entry = Entry::of(None, "gift.refused", kind, id, "").after(after);
    let author = caller.author();
    let key = format!("gift {} {}", author.id.as_deref().unwrap_or_default(), author.name);
    note(&caller.state, &key, author, entry);
}

/// No part of a request makes an event long.
pub fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Tells of what is over every few seconds. Runs until the process ends.
pub async fn close(state: AppState) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        look(&state).await;
    }
}

pub async fn look(state: &AppState) {
    write_all(state, state.refusals.over(state.now())).await;
}

/// Tells of all that was counted, before an orderly stop.
pub async fn flush(state: &AppState) {
    write_all(state, state.refusals.take()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(refusals: &Refusals, key: &str, object: &str, now: Millis) -> Option<(String, u64)> {
        let author = Author::anonymous(String::new(), String::new());
        let entry = Entry::of(None, "access.refused", "user", object, "");
        refusals.count(key, author, entry, now).map(|(_, entry)| told(&entry))
    }

    fn told(entry: &Entry) -> (String, u64) {
        let times = entry.after.as_ref().map_or(1, |after| after["times"].as_u64().unwrap());
        (entry.target_id.clone().unwrap(), times)
    }

    fn over(refusals: &Refusals, now: Millis) -> Vec<(String, u64)> {
        refusals.over(now).iter().map(|(_, entry)| told(entry)).collect()
    }

    #[test]
    fn first_is_told_at_once_and_the_rest_by_their_number_and_the_last_object() {
        let refusals = Refusals::default();
        assert_eq!(refused(&refusals, "k", "a", 0), Some(("a".to_owned(), 1)));
        assert_eq!((refused(&refusals, "k", "b", 1), refused(&refusals, "k", "c", 2)), (None, None));
        assert_eq!(refused(&refusals, "other", "x", 2), Some(("x".to_owned(), 1)));
        assert_eq!(over(&refusals, WINDOW - 1), []);
        assert_eq!(over(&refusals, WINDOW), [("c".to_owned(), 2)]);
        assert_eq!(refused(&refusals, "k", "d", WINDOW + 1), None, "it went on");
        assert_eq!(
            refused(&refusals, "k", "e", 2 * WINDOW),
            Some(("e".to_owned(), 2)),
            "a minute is not waited for twice"
        );
        assert_eq!(over(&refusals, 3 * WINDOW), [], "it stopped");
        assert_eq!(refused(&refusals, "k", "f", 3 * WINDOW), Some(("f".to_owned(), 1)));
    }

    #[test]
    fn any_number_of_kinds_makes_a_bounded_number_of_events() {
        let refusals = Refusals::default();
        let at_once = (0..10_000).filter(|n| refused(&refusals, &n.to_string(), "a", 0).is_some()).count();
        assert!(at_once <= MOST + 1, "{at_once}");
        let later = over(&refusals, WINDOW);
        assert_eq!(later.iter().map(|(_, times)| times).sum::<u64>(), 10_000 - at_once as u64);
        assert!(later.len() <= MOST + 1, "{}", later.len());
    }

    #[test]
    fn orderly_stop_loses_no_count() {
        let refusals = Refusals::default();
        for n in 0..5 {
            let _ = refused(&refusals, "k", &n.to_string(), n);
        }
        let taken: Vec<_> = refusals.take().iter().map(|(_, entry)| told(entry)).collect();
        assert_eq!(taken, [("4".to_owned(), 4)]);
    }
}
