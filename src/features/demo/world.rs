//! The organization that generated people join: its companies, profiles and buildings.

use super::bulk;
use super::catalog::{COMPANIES, PROFILES};
use super::people::{Person, Whereabouts};
use super::store::{self, CompanyRow};
use crate::db::{Conn, DbError, search};
use crate::features::companies;
use crate::features::profiles::model::NewProfile;
use crate::features::profiles::store as profile_store;
use crate::server::clock::new_id;
use crate::server::{search_text, text};
use crate::types::Millis;

pub struct World {
    pub(super) organization_id: String,
    pub(super) given_by: String,
    /// The root company first.
    companies: Vec<CompanyRow>,
    /// Ids in the order of `PROFILES`; another organization's own profiles stand in for those that it has not.
    profiles: Vec<String>,
    /// Each with its floors.
    buildings: Vec<(String, Vec<String>)>,
}

impl World {
    /// Reads it; an organization with none of its own gets the profiles and companies of the catalog.
    pub async fn prepare(conn: &mut Conn<'_>, organization_id: &str, now: Millis) -> Result<World, DbError> {
        if store::profiles(conn, organization_id).await?.is_empty() {
            add_profiles(conn, organization_id, now).await?;
        }
        let companies = store::companies(conn, organization_id).await?;
        if let [root] = companies.as_slice() {
            add_companies(conn, organization_id, &root.id, now).await?;
        }
        let own = store::profiles(conn, organization_id).await?;
        let at = |index: usize| own.get(index % own.len().max(1)).map(|(_, id)| id.clone()).unwrap_or_default();
        let of_name = |name: &str| own.iter().find(|profile| profile.0 == name).map(|profile| profile.1.clone());
        let profiles = PROFILES.iter().enumerate();
        Ok(World {
            organization_id: organization_id.to_owned(),
            given_by: store::first_user(conn, organization_id).await?,
            companies: store::companies(conn, organization_id).await?,
            profiles: profiles.map(|(index, spec)| of_name(spec.name).unwrap_or_else(|| at(index))).collect(),
            buildings: buildings(store::buildings_and_floors(conn, organization_id).await?),
        })
    }

    /// The share of `Person::company` that leads to a company of the catalog, by its name.
    pub(super) fn at(company: &str) -> u32 {
        let mut names: Vec<&str> = COMPANIES.iter().map(|spec| spec.name).collect();
        names.sort_unstable();
        let (at, count) = (names.iter().position(|name| *name == company).map_or(0, |at| at + 1), names.len() + 1);
        u32::try_from((2 * at + 1) * 1000 / (2 * count)).unwrap_or(0)
    }

    pub(super) fn root_company(&self) -> &str {
        self.companies.first().map_or("", |company| &company.id)
    }

    pub(super) fn profile(&self, index: usize) -> &str {
        &self.profiles[index]
    }

    pub(super) fn building(&self, index: usize) -> Option<&str> {
        self.buildings.get(index).map(|(id, _)| id.as_str())
    }

    pub(super) fn floor(&self, building: usize, floor: usize) -> Option<&str> {
        self.buildings.get(building)?.1.get(floor).map(String::as_str)
    }

    fn company(&self, person: &Person) -> &CompanyRow {
        let count = u32::try_from(self.companies.len()).unwrap_or(1);
        &self.companies[usize::try_from(person.company * count / 1000).unwrap_or(0)]
    }

    /// The places of a person's grants; none is everything.
    fn places(&self, person: &Person) -> Vec<Option<&str>> {
        let pick = |number: u32, count: usize| usize::try_from(number).unwrap_or(0) % count.max(1);
        let building = |number: u32| self.buildings.get(pick(number, self.buildings.len()));
        match &person.place {
            Whereabouts::Building(number) => vec![building(*number).map(|(id, _)| id.as_str())],
            Whereabouts::Floors(number, floors) => match building(*number) {
                Some((_, all)) if all.len() >= floors.len() => {
                    floors.iter().map(|floor| Some(all[pick(*floor, all.len())].as_str())).collect()
                }
                Some((id, _)) => vec![Some(id.as_str())],
                None => vec![None],
            },
            Whereabouts::Everything => vec![None],
        }
    }
}

async fn add_profiles(conn: &mut Conn<'_>, organization_id: &str, now: Millis) -> Result<(), DbError> {
    for spec in &PROFILES {
        let new = NewProfile { name: spec.name.to_owned(), levels: spec.levels.iter().copied().collect() };
        profile_store::insert(conn, &new_id(now), (organization_id, false), &new, now).await?;
    }
    Ok(())
}

async fn add_companies(conn: &mut Conn<'_>, organization_id: &str, root: &str, now: Millis) -> Result<(), DbError> {
    let mut made: Vec<String> = Vec::new();
    for spec in &COMPANIES {
        let parent = spec.parent.and_then(|at| made.get(at)).map_or(root, String::as_str);
        let parent = companies::store::find(conn, organization_id, parent).await?;
        made.push(companies::ops::create(conn, organization_id, parent.as_ref(), spec.kind, spec.name, now).await?);
    }
    Ok(())
}

fn buildings(rows: Vec<(String, Option<String>)>) -> Vec<(String, Vec<String>)> {
    let mut buildings: Vec<(String, Vec<String>)> = Vec::new();
    for (id, parent) in rows {
        match buildings.last_mut() {
            Some((building, floors)) if parent.as_ref() == Some(building) => floors.push(id),
            _ => buildings.push((id, Vec::new())),
        }
    }
    buildings
}

type AccountRow = (String, String, String, String, String, String, String, Millis, Millis);
type UserRow = (
    String,
    String,
    String,
    String,
    i64,
    &'static str,
    &'static str,
    &'static str,
    Millis,
    String,
    String,
    String,
    String,
    Millis,
    String,
);
type GrantRow = (String, String, String, String, Option<String>, String, Millis);

/// Of a user that was added.
pub struct Ids {
    pub account_id: String,
    pub user_id: String,
}

/// New users, ready to be inserted together.
#[derive(Default)]
pub struct Crew {
    accounts: Vec<AccountRow>,
    users: Vec<UserRow>,
    grants: Vec<GrantRow>,
}

impl Crew {
    /// Adds one person under a username that nobody has.
    pub fn add(&mut self, world: &World, person: &Person, username: String, now: Millis) -> Ids {
        let (account_id, user_id) = (new_id(now), new_id(now));
        let organization = &world.organization_id;
        let company = world.company(person);
        let email = format!("{username}@{}.example", domain(&company.name_key));
        let last_sign_in = person.last_sign_in.map_or(0, |ago| now - ago);
        let hired = now - person.hired;
        // Generated usernames are lower case ASCII: they are their own key.
        self.accounts.push((
            account_id.clone(),
            username.clone(),
            username.clone(),
            person.name.clone(),
            email.clone(),
            person.phone.clone(),
            organization.clone(),
            last_sign_in,
            hired,
        ));
        let keys = (text::fold(&person.name), text::fold(&email));
        let search = search_text::of(&[&username, &keys.0, &keys.1]);
        self.users.push((
            user_id.clone(),
            organization.clone(),
            account_id.clone(),
            company.id.clone(),
            person.role.stored(),
            person.region,
            person.description,
            if person.disabled { "disabled" } else { "active" },
            hired,
            username,
            keys.0,
            keys.1,
            company.name_key.clone(),
            last_sign_in,
            search,
        ));
        for profile in &person.profiles {
            for place in world.places(person) {
                let (profile, place) = (world.profiles[*profile].clone(), place.map(str::to_owned));
                let given_by = world.given_by.clone();
                self.grants.push((new_id(now), organization.clone(), user_id.clone(), profile, place, given_by, hired));
            }
        }
        Ids { account_id, user_id }
    }

    /// Inserts everybody with grants, sort keys and search text.
    pub async fn insert(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        let ids: Vec<[&str; 1]> = self.users.iter().map(|user| [user.0.as_str()]).collect();
        bulk::ACCOUNTS.run(conn, &self.accounts).await?;
        bulk::USERS.run(conn, &self.users).await?;
        search::put_new(conn, &ids.concat()).await?;
        bulk::GRANTS.run(conn, &self.grants).await?;
        bulk::USER_PROFILES.run(conn, &ids).await?;
        Ok(())
    }
}

/// `Lumen & Sons` as `lumensons`.
fn domain(company_key: &str) -> String {
    let letters: String = company_key.chars().filter(char::is_ascii_alphanumeric).collect();
    if letters.is_empty() { "company".to_owned() } else { letters }
}
