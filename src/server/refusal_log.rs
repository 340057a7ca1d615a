//! What writes refusals down: those of the doorway, of other sites, of gifts beyond what one has, and wrong secrets.

use super::audit::{Author, Entry};
use super::caller::Caller;
use super::refusals::short;
use super::state::AppState;
use super::throttle::prefix;
use super::write::{Reason, System};
use crate::db::{Conn, DbError, row};
use crate::error::AppError;
use http::HeaderMap;
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(10);

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
