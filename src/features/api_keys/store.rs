use super::model::KeyRow;
use crate::db::search::containing;
use crate::db::{Conn, DbError, Query, exec, rows};
use crate::resource::list::{Listing, Search, Sort};
use crate::server::token::Secret;
use crate::server::{search_text, text};
use crate::types::{Instant, Millis};

/// What people type of a key, fit to be stored.
pub struct Fields {
    pub name: String,
    pub remark: String,
    /// A JSON table screen → level; none is all that its owner may.
    pub scope: Option<String>,
    pub may_administer: bool,
    pub expires_at: Option<Instant>,
}

const INSERT: &str =
    "insert into api_keys (id, organization_id, user_id, created_at, secret_hash, hint, name, name_key, search_text,
        remark, scope, may_administer, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// A key of a user in an organization.
pub async fn insert(
    conn: &mut Conn<'_>,
    id: &str,
    (organization_id, user_id): (&str, &str),
    secret: &Secret,
    of: &Fields,
    now: Millis,
) -> Result<(), DbError> {
    exec!(
        conn,
        INSERT,
        id,
        organization_id,
        user_id,
        now,
        secret.hash(),
        secret.hint(),
        &*of.name,
        text::fold(&of.name),
        search_text::of(&[&of.name, id]),
        &*of.remark,
        of.scope.as_deref(),
        of.may_administer,
        of.expires_at
    )?;
    Ok(())
}

const SELECT: &str =
    "select k.id, k.name, k.name_key, k.organization_id, o.name as organization_name, k.remark, k.scope,
        k.may_administer, k.hint, k.created_at, k.expires_at, l.at as last_used_at, l.address as last_address
    from api_keys k
    cross join organizations o
    left join last_uses l on l.subject_id = k.user_id and l.credential_id = k.id
    where o.id = k.organization_id and k.user_id = ?";

const COUNT: &str = "select count(*) from (select 1 as one from api_keys k where k.user_id = ?";

/// One of a user's own keys.
pub async fn find(conn: &mut Conn<'_>, user_id: &str, id: &str) -> Result<Option<KeyRow>, DbError> {
    let query = Query::default().then(SELECT, [user_id.into()]).then("and k.id = ?", [id.into()]);
    Ok(query.finish().rows(conn).await?.pop())
}

/// A user's own keys. There are few: looking through all their names costs less than an index would.
pub static LISTING: Listing<KeyRow> = Listing {
    sorts: &[Sort::text("name", "k.name_key", |row| &row.name_key)],
    order: "name",
    id: ("k.id", |row| &row.key.id),
    search: Some(Search {
        about: "Part of the name or the id.",
        keep: |query, wanted| query.then("and k.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[],
};

/// A user's own keys, and the same to be counted.
pub fn of_user(user_id: &str) -> [Query; 2] {
    [SELECT, COUNT].map(|start| Query::default().then(start, [user_id.into()]))
}

/// False when it was gone already.
pub async fn delete(conn: &mut Conn<'_>, user_id: &str, id: &str) -> Result<bool, DbError> {
    exec!(conn, "delete from last_uses where subject_id = $1 and credential_id = $2", user_id, id)?;
    Ok(exec!(conn, "delete from api_keys where user_id = $1 and id = $2", user_id, id)? == 1)
}

/// All keys of a user who leaves the organization.
pub async fn delete_of(conn: &mut Conn<'_>, user_id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from last_uses where subject_id = $1", user_id)?;
    exec!(conn, "delete from api_keys where user_id = $1", user_id)?;
    Ok(())
}

/// A key, and in which organization it acts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    pub id: String,
    pub organization_id: String,
    pub user_id: String,
    pub name: String,
}

/// The keys of an account, in every organization, by name.
pub async fn of_account(conn: &mut Conn<'_>, account_id: &str) -> Result<Vec<Named>, DbError> {
    const FIND: &str = "select k.id, k.organization_id, k.user_id, k.name
        from users u join api_keys k on k.user_id = u.id
        where u.account_id = $1 order by k.name_key, k.id";
    rows!(conn, Named, FIND, account_id)
}

/// The names of a user's keys that would open something.
pub async fn live_names(conn: &mut Conn<'_>, user_id: &str, now: Millis) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select name from api_keys
        where user_id = $1 and (expires_at is null or expires_at > $2) order by name_key, id";
    Ok(rows!(conn, (String,), FIND, user_id, now)?.into_iter().map(|row| row.0).collect())
}

pub async fn ids_of(conn: &mut Conn<'_>, user_id: &str) -> Result<Vec<String>, DbError> {
    let ids = rows!(conn, (String,), "select id from api_keys where user_id = $1", user_id)?;
    Ok(ids.into_iter().map(|row| row.0).collect())
}
