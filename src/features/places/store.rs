use super::model::{Above, Place, PlaceKind};
use crate::db::{Conn, DbError, Query, exec, rows, scalar};
use crate::server::search_text;
use crate::types::Millis;
use serde_json::Value;

/// A place as it is stored.
#[derive(sqlx::FromRow)]
pub struct PlaceRow {
    #[sqlx(flatten)]
    pub place: Place,
    pub name_key: String,
    pub path: String,
    pub sort_path: String,
    /// JSON.
    pub state: String,
}

/// All places `p` that are not retired; conditions follow. A device is of the kind that it is.
pub const SELECT: &str = "select p.id, coalesce(p.device_kind, p.kind) as kind, p.name, p.name_key, p.full_name,
        p.parent_id, p.path, p.sort_path, p.state, p.version
    from places p where p.retired = false";

/// The nodes above the last one of a path, which is made of ids.
pub fn above(path: &str) -> Above {
    let mut ids: Vec<&str> = path.split_terminator('/').collect();
    ids.pop();
    let at = |depth: usize| ids.get(depth).map(|id| (*id).to_owned());
    Above { building_id: at(0), floor_id: at(1), room_id: at(2) }
}

impl From<PlaceRow> for Place {
    fn from(row: PlaceRow) -> Place {
        let state = serde_json::from_str(&row.state).unwrap_or(Value::Null);
        Place { above: above(&row.path), state, ..row.place }
    }
}

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<PlaceRow>, DbError> {
    let query = Query::new(SELECT).then("and p.id = ? and p.organization_id = ?", [id.into(), organization_id.into()]);
    Ok(query.finish().rows(conn).await?.pop())
}

/// What the organization's buildings are called: words that a password must not contain.
pub async fn building_names(conn: &mut Conn<'_>, organization_id: &str) -> Result<Vec<String>, DbError> {
    const NAMES: &str =
        "select name from places where organization_id = $1 and kind = 'building' order by id limit 500";
    let rows = rows!(conn, (String,), NAMES, organization_id)?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The position after the last of the siblings, retired ones included.
pub async fn next_position(
    conn: &mut Conn<'_>,
    organization_id: &str,
    parent_id: Option<&str>,
) -> Result<i64, DbError> {
    const NEXT: &str = "select coalesce(max(position), 0) + 1 from places
        where organization_id = $1 and (parent_id = $2 or (parent_id is null and cast($2 as text) is null))";
    scalar!(conn, i64, NEXT, organization_id, parent_id)
}

pub struct NewPlace<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub parent_id: Option<&'a str>,
    pub kind: PlaceKind,
    pub name: &'a str,
    pub name_key: &'a str,
    pub position: i64,
    pub path: &'a str,
    pub sort_path: &'a str,
    pub full_name: &'a str,
}

const INSERT: &str = "insert into places (id, organization_id, parent_id, kind, device_kind, name, name_key, position,
        path, sort_path, full_name, created_at, search_text)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

pub async fn insert(conn: &mut Conn<'_>, new: &NewPlace<'_>, now: Millis) -> Result<(), DbError> {
    let device = new.kind.is_device();
    exec!(
        conn,
        INSERT,
        new.id,
        new.organization_id,
        new.parent_id,
        if device { "device" } else { new.kind.code() },
        device.then_some(new.kind.code()),
        new.name,
        new.name_key,
        new.position,
        new.path,
        new.sort_path,
        new.full_name,
        now,
        search_text::of(&[new.name])
    )?;
    Ok(())
}

/// A building or floor to choose in a form.
#[derive(sqlx::FromRow)]
pub struct ChoiceRow {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub full_name: String,
    pub path: String,
}

/// Buildings, each followed by its floors, in the order that people count.
pub async fn choices(conn: &mut Conn<'_>, organization_id: &str) -> Result<Vec<ChoiceRow>, DbError> {
    const LIST: &str = "select p.id, p.kind, p.name, p.full_name, p.path from places p
        left join places b on b.id = p.parent_id
        where p.organization_id = $1 and p.kind in ('building', 'floor') and p.retired = false
        order by coalesce(b.position, p.position), coalesce(b.id, p.id), p.kind, p.position, p.id";
    rows!(conn, ChoiceRow, LIST, organization_id)
}
