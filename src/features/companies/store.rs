use crate::db::{Conn, DbError, exec, row, rows};
use crate::types::Millis;

#[derive(sqlx::FromRow)]
pub struct CompanyRow {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub path: String,
}

pub struct NewCompany<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub parent_id: Option<&'a str>,
    pub kind: &'a str,
    pub name: &'a str,
    pub name_key: &'a str,
    pub path: &'a str,
}

const INSERT: &str = "insert into companies (id, organization_id, parent_id, kind, name, name_key, path, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

pub async fn insert(conn: &mut Conn<'_>, new: &NewCompany<'_>, now: Millis) -> Result<(), DbError> {
    exec!(conn, INSERT, new.id, new.organization_id, new.parent_id, new.kind, new.name, new.name_key, new.path, now)?;
    Ok(())
}

const FIND: &str = "select id, name, kind, path from companies where id = $1 and organization_id = $2";

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<CompanyRow>, DbError> {
    row!(conn, CompanyRow, FIND, id, organization_id)
}

/// The companies in a range of paths, parents before children.
const LIST: &str = "select id, name, kind, path from companies
    where organization_id = $1 and path >= $2 and path < $3
    order by path limit 1000";

pub async fn list(conn: &mut Conn<'_>, organization_id: &str, path: &str) -> Result<Vec<CompanyRow>, DbError> {
    rows!(conn, CompanyRow, LIST, organization_id, path, crate::access::path_end(path))
}
