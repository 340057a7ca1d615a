//! The client that a client secret belongs to.

use super::grants::{live_grants, next_beginning};
use crate::access::{Actor, ActorKind, Role};
use crate::db::{Conn, DbError, row};
use crate::types::Millis;

/// An integration that showed a live secret, and until when that stays true unless somebody changes something.
#[derive(Clone, Debug)]
pub struct Client {
    pub client_id: String,
    pub secret_id: String,
    pub actor: Actor,
    pub until: Millis,
}

#[derive(sqlx::FromRow)]
struct ClientRow {
    id: String,
    organization_id: String,
    client_id: String,
    name: String,
    role: i64,
    company_path: String,
    secret_id: String,
    expires_at: Option<i64>,
}

const FIND: &str = "select i.id, i.organization_id, i.client_id, i.name, i.role, c.path as company_path,
        s.id as secret_id, s.expires_at
    from client_secrets s
    join integrations i on i.id = s.integration_id and i.status = 'active'
    join organizations o on o.id = i.organization_id and o.suspended = false
    join companies c on c.id = i.company_id
    where s.secret_hash = $1 and (s.expires_at is null or s.expires_at > $2)";

/// None for a secret that is unknown or dead, or of an integration that is disabled, which are one answer.
pub async fn find_client(conn: &mut Conn<'_>, secret_hash: &str, now: Millis) -> Result<Option<Client>, DbError> {
    let Some(row) = row!(conn, ClientRow, FIND, secret_hash, now)? else { return Ok(None) };
    let grants = live_grants(conn, &row.organization_id, &row.id, now).await?;
    let begins = next_beginning(conn, &row.organization_id, &row.id, now).await?;
    let ends = grants.iter().filter_map(|grant| grant.until);
    let until = ends.chain(begins).chain(row.expires_at).fold(Millis::MAX, Millis::min);
    let actor = Actor {
        kind: ActorKind::Integration,
        subject_id: row.id,
        account_id: String::new(),
        name: row.name,
        organization_id: row.organization_id,
        role: Role::from_stored(row.role),
        company_path: row.company_path,
        gate: None,
        grants,
    };
    Ok(Some(Client { client_id: row.client_id, secret_id: row.secret_id, actor, until }))
}
