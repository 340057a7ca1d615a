use crate::db::{Conn, DbError, exec, row, scalar};
use crate::types::Millis;

/// Half an hour, until somebody chooses otherwise.
pub const DEFAULT_IDLE_LIMIT: Millis = 30 * 60_000;

const INSERT: &str = "insert into organizations (id, name, idle_limit, created_at) values ($1, $2, $3, $4)";

pub async fn insert(conn: &mut Conn<'_>, id: &str, name: &str, now: Millis) -> Result<(), DbError> {
    exec!(conn, INSERT, id, name, DEFAULT_IDLE_LIMIT, now)?;
    Ok(())
}

/// Queues behind every other write that could take the last administrator away, until this transaction ends.
pub async fn lock_administrators(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    exec!(conn, "update organizations set admin_lock = admin_lock + 1 where id = $1", id)?;
    Ok(())
}

/// Active users, signed in once with a password of their own, Common Managers of the root company, who hold the built-in
/// profile everywhere and without end, themselves or through a team. The founder counts before the first sign-in, but not after a reset by somebody
/// else or from the command line: that password runs out.
const COUNT_ADMINISTRATORS: &str = "with given as (select g.subject_id from profiles p cross join grants g
        where p.organization_id = $1 and p.builtin = true and g.profile_id = p.id and g.organization_id = $1
        and g.place_id is null and g.until_at is null and (g.from_at is null or g.from_at <= $2)),
    held as (select subject_id from given
        union select m.member_id from given join team_members m on m.team_id = given.subject_id)
    select count(*) from held
    cross join users u cross join companies c cross join accounts a
    where u.id = held.subject_id and u.status = 'active' and u.role = 3
    and c.id = u.company_id and c.parent_id is null and a.id = u.account_id
    and ((a.founder = true and a.password_set_by is null and a.password_expires_at is null)
        or (a.password_temporary = false and a.last_sign_in_at > 0))";

pub async fn count_administrators(conn: &mut Conn<'_>, id: &str, now: Millis) -> Result<i64, DbError> {
    scalar!(conn, i64, COUNT_ADMINISTRATORS, id, now)
}

/// What an organization's own people set of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SettingsRow {
    pub name: String,
    pub idle_limit: Millis,
    pub version: i64,
}

pub async fn settings(conn: &mut Conn<'_>, id: &str) -> Result<Option<SettingsRow>, DbError> {
    row!(conn, SettingsRow, "select name, idle_limit, version from organizations where id = $1", id)
}

pub async fn edit(conn: &mut Conn<'_>, id: &str, name: &str, idle_limit: Millis) -> Result<(), DbError> {
    const EDIT: &str = "update organizations set name = $2, idle_limit = $3, version = version + 1 where id = $1";
    exec!(conn, EDIT, id, name, idle_limit)?;
    Ok(())
}

pub async fn set_idle_limit(conn: &mut Conn<'_>, id: &str, limit: Millis) -> Result<(), DbError> {
    exec!(conn, "update organizations set idle_limit = $2, version = version + 1 where id = $1", id, limit)?;
    Ok(())
}
