use super::list;
use super::model::{Place, PlaceKind, PlaceList, PlaceOption};
use super::store::{self, NewPlace, PlaceRow};
use crate::access::{Actor, Need, Screen, Target, inside};
use crate::db::{Conn, DbError};
use crate::error::AppError;
use crate::rights::model::PlaceChoice;
use crate::server::clock::{is_id, new_id};
use crate::server::{Call, text};
use crate::types::{ListQuery, Millis, Page};

/// Makes a node below `parent`, after its siblings. The caller has checked that the kinds go together.
pub async fn create(
    conn: &mut Conn<'_>,
    organization_id: &str,
    parent: Option<&PlaceRow>,
    kind: PlaceKind,
    name: &str,
    now: Millis,
) -> Result<String, DbError> {
    let id = new_id(now);
    let parent_id = parent.map(|row| row.place.id.as_str());
    let position = store::next_position(conn, organization_id, parent_id).await?;
    let new = NewPlace {
        id: &id,
        organization_id,
        parent_id,
        kind,
        name,
        name_key: &text::fold(name),
        position,
        path: &format!("{}{id}/", parent.map(|row| row.path.as_str()).unwrap_or_default()),
        sort_path: &sort_path(parent.map(|row| row.sort_path.as_str()), position),
        full_name: &full_name(parent.map(|row| row.place.full_name.as_str()), name),
    };
    store::insert(conn, &new, now).await?;
    Ok(id)
}

/// Where a node stands in lists: below its parent, by its position.
pub fn sort_path(parent: Option<&str>, position: i64) -> String {
    format!("{}{position:010}/", parent.unwrap_or_default())
}

pub fn full_name(parent: Option<&str>, name: &str) -> String {
    match parent {
        Some(above) => format!("{above} / {name}"),
        None => name.to_owned(),
    }
}

/// One page of what the caller may see: two statements, whatever its size.
pub async fn list(call: &Call, listed: PlaceList, query: &ListQuery) -> Result<Page<Place>, AppError> {
    let wanted = list::LISTING.understand(query)?;
    let [rows, count] = list::within_screen(listed, wanted.value("kind"), &call.into())?;
    let mut held = call.read().await?;
    Ok(wanted.page(call, &mut held.conn(), rows, count).await?.map(Place::from))
}

/// One place; missing, of another list and out of reach are one answer.
pub async fn get(call: &Call, listed: PlaceList, id: &str) -> Result<Place, AppError> {
    let mut held = call.read().await?;
    let row = if is_id(id) { store::find(&mut held.conn(), call.organization_id(), id).await? } else { None };
    let row = row.filter(|row| listed.holds(row.place.kind)).ok_or_else(AppError::not_found)?;
    drop(held);
    call.require(&Need::read(listed.screen()).on(Target::Place(row.path.clone()))).await?;
    Ok(row.into())
}

/// What the caller can narrow a list of this screen to: the buildings and floors within its reach.
pub async fn options(call: &Call, screen: Screen) -> Result<Vec<PlaceOption>, AppError> {
    let mut held = call.read().await?;
    let statement = list::options(call.actor(), screen, call.now());
    let rows: Vec<PlaceRow> = statement.rows(&mut held.conn()).await?;
    Ok(rows.into_iter().map(Place::from).map(option).collect())
}

fn option(place: Place) -> PlaceOption {
    let building_id = place.above.building_id;
    PlaceOption { id: place.id, name: place.name, full_name: place.full_name, kind: place.kind, building_id }
}

/// The buildings and floors that the caller may give rights in, and whether that is everything.
pub async fn choices(call: &Call, conn: &mut Conn<'_>) -> Result<(Vec<PlaceChoice>, bool), DbError> {
    Ok(offered(call.actor(), store::choices(conn, call.organization_id()).await?))
}

/// Those of `places` that the actor may give rights in, and whether that is everything.
pub fn offered(actor: &Actor, places: Vec<store::ChoiceRow>) -> (Vec<PlaceChoice>, bool) {
    let everything = actor.grants.iter().any(|grant| grant.place.is_none());
    let own: Vec<&str> =
        actor.grants.iter().filter_map(|grant| grant.place.as_ref()).map(|place| place.path.as_str()).collect();
    let choice = |row: store::ChoiceRow| PlaceChoice {
        depth: u32::from(row.kind == "floor"),
        id: row.id,
        name: row.name,
        full_name: row.full_name,
    };
    let mine = places.into_iter().filter(|row| everything || own.iter().any(|path| inside(&row.path, path)));
    (mine.map(choice).collect(), everything)
}
