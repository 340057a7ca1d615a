//! Who and what a test needs, put straight into the database: users with limited rights, profiles, companies, places.
//! Everything lands in the first organization, *Harbour House*, unless another one is named.

use super::{Browser, TestApp};
use crate::access::{Level, Levels, Role, Screen};
use crate::db::{exec, scalar};
use crate::features::accounts::store::{self as accounts, NewAccount, Password};
use crate::features::companies::model::CompanyKind;
use crate::features::mail::store::NewMail;
use crate::features::places::model::PlaceKind;
use crate::features::profiles::model::NewProfile;
use crate::features::profiles::store as profiles;
use crate::features::users::store::{self as users, Keys, NewUser};
use crate::features::{companies, mail, organizations, places};
use crate::rights::store::set_levels;
use crate::server::clock::new_id;
use crate::server::{Write, search_text, text};

/// The password of every user that `TestApp::user` makes.
pub const PASSWORD: &str = "amber ladder quiet tundra";

/// A user to be made: `UserSpec { username: "anna", grants: vec![Given::profile(&id)], ..UserSpec::default() }`.
pub struct UserSpec<'a> {
    /// None: the first one.
    pub organization: Option<&'a str>,
    pub username: &'a str,
    pub role: Role,
    /// None: the root company.
    pub company: Option<&'a str>,
    pub grants: Vec<Given>,
}

impl Default for UserSpec<'_> {
    fn default() -> Self {
        UserSpec { organization: None, username: "anna", role: Role::CommonManager, company: None, grants: Vec::new() }
    }
}

/// One grant: a profile's rights or some of its own, on a place or everything, open-ended unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub profile: Option<String>,
    pub levels: Levels,
    pub place: Option<String>,
    pub from: Option<i64>,
    pub until: Option<i64>,
}

impl Given {
    /// Levels of its own, everywhere.
    pub fn own(levels: Levels) -> Given {
        Given { levels, ..Given::default() }
    }

    /// A profile, everywhere.
    pub fn profile(id: &str) -> Given {
        Given { profile: Some(id.to_owned()), ..Given::default() }
    }

    #[must_use]
    pub fn at(self, place: &str) -> Given {
        Given { place: Some(place.to_owned()), ..self }
    }

    #[must_use]
    pub fn from(self, from: i64) -> Given {
        Given { from: Some(from), ..self }
    }

    #[must_use]
    pub fn until(self, until: i64) -> Given {
        Given { until: Some(until), ..self }
    }
}

/// `levels([(Screen::Rooms, Level::Full)])`.
pub fn levels<const N: usize>(open: [(Screen, Level); N]) -> Levels {
    open.into_iter().collect()
}

/// A user that was made; it signs in with `PASSWORD`.
#[derive(Clone, Debug)]
pub struct Person {
    /// Of the user, the membership.
    pub id: String,
    pub account_id: String,
    pub username: String,
}

impl TestApp {
    /// The first organization, *Harbour House*.
    pub async fn organization_id(&self) -> String {
        const FIRST: &str = "select id from organizations where name = 'Harbour House'";
        scalar!(self.system().read().await.unwrap().conn(), String, FIRST).unwrap()
    }

    /// Another organization, with its root company and built-in profile and nobody in it.
    pub async fn organization(&self, name: &str) -> String {
        let mut write = self.system().write().await.unwrap();
        let now = write.now;
        let made = organizations::ops::create(&mut write.conn(), name, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
        made.id
    }

    /// An active user with a password of their own who has never signed in.
    pub async fn user(&self, spec: UserSpec<'_>) -> Person {
        let organization = self.or_first(spec.organization).await;
        let company = match spec.company {
            Some(company) => company.to_owned(),
            None => self.root_company(&organization).await,
        };
        let hash = self.state.hasher.hash(PASSWORD.to_owned()).await.unwrap();
        let mut write = self.system().write().await.unwrap();
        let person = insert_account(&mut write, &organization, spec.username, hash.expose()).await;
        insert_user(&mut write, &organization, &company, spec.role, &person).await;
        for given in &spec.grants {
            insert_grant(&mut write, &organization, &person.id, given).await;
        }
        crate::rights::store::index_profiles(&mut write.conn(), &person.id).await.unwrap();
        write.commit_unlogged().await.unwrap();
        person
    }

    /// A browser in which this user is signed in.
    pub async fn browser_of(&self, person: &Person) -> Browser {
        self.signed_in(&person.username, PASSWORD).await
    }

    /// Makes a user and signs in as them.
    pub async fn signed_in_as(&self, spec: UserSpec<'_>) -> Browser {
        let person = self.user(spec).await;
        self.browser_of(&person).await
    }

    /// One more grant to a user that there is.
    pub async fn grant(&self, user_id: &str, given: Given) -> String {
        const WHERE: &str = "select organization_id from users where id = $1";
        let organization = scalar!(self.system().read().await.unwrap().conn(), String, WHERE, user_id).unwrap();
        let mut write = self.system().write().await.unwrap();
        let id = insert_grant(&mut write, &organization, user_id, &given).await;
        crate::rights::store::index_profiles(&mut write.conn(), user_id).await.unwrap();
        write.commit_unlogged().await.unwrap();
        id
    }

    pub async fn profile(&self, name: &str, levels: Levels) -> String {
        let organization = self.organization_id().await;
        self.profile_of(&organization, name, levels).await
    }

    /// A profile of another organization.
    pub async fn profile_of(&self, organization: &str, name: &str, levels: Levels) -> String {
        let mut write = self.system().write().await.unwrap();
        let (now, id) = (write.now, new_id(write.now));
        let new = NewProfile { name: name.to_owned(), levels };
        profiles::insert(&mut write.conn(), &id, (organization, false), &new, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
        id
    }

    /// The built-in profile *Administrator*.
    pub async fn administrator_profile(&self) -> String {
        const FIND: &str = "select id from profiles where organization_id = $1 and builtin = true";
        let organization = self.organization_id().await;
        scalar!(self.system().read().await.unwrap().conn(), String, FIND, organization).unwrap()
    }

    /// A company below `parent`; none is the root.
    pub async fn company(&self, parent: Option<&str>, kind: CompanyKind, name: &str) -> String {
        let organization = self.organization_id().await;
        let parent = match parent {
            Some(parent) => parent.to_owned(),
            None => self.root_company(&organization).await,
        };
        let mut write = self.system().write().await.unwrap();
        let now = write.now;
        let row = companies::store::find(&mut write.conn(), &organization, &parent).await.unwrap().unwrap();
        let id = companies::ops::create(&mut write.conn(), &organization, Some(&row), kind, name, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
        id
    }

    /// A place: `kind` is `building`, `floor`, `room`, or what a device is: `light`, `hvac`, `sensor`, `controller`.
    pub async fn place(&self, parent: Option<&str>, kind: &str, name: &str) -> String {
        let organization = self.organization_id().await;
        let kind = PlaceKind::from(kind.to_owned());
        let mut write = self.system().write().await.unwrap();
        let now = write.now;
        let conn = &mut write.conn();
        let parent = match parent {
            Some(parent) => Some(places::store::find(conn, &organization, parent).await.unwrap().unwrap()),
            None => None,
        };
        let id = places::ops::create(conn, &organization, parent.as_ref(), kind, name, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
        id
    }

    /// An open alert at a place.
    pub async fn alert(&self, place: &str, severity: &str, message: &str) -> String {
        const INSERT: &str =
            "insert into alerts (id, organization_id, place_id, severity, message, search_text, raised_at)
            values ($1, $2, $3, $4, $5, $6, $7)";
        let organization = self.organization_id().await;
        let mut write = self.system().write().await.unwrap();
        let (id, now) = (new_id(write.now), write.now);
        exec!(
            write.conn(),
            INSERT,
            id.as_str(),
            organization,
            place,
            severity,
            message,
            search_text::of(&[message]),
            now
        )
        .unwrap();
        write.commit_unlogged().await.unwrap();
        id
    }

    /// A mail that is to bring somebody a temporary password, and waits; its id.
    pub async fn waiting_mail(&self, person: &Person) -> String {
        const WHERE: &str = "select organization_id from users where id = $1";
        let mut write = self.system().write().await.unwrap();
        let (id, now) = (new_id(write.now), write.now);
        let organization = scalar!(write.conn(), String, WHERE, person.id.as_str()).unwrap();
        let mail =
            NewMail { id: &id, organization_id: &organization, user_id: &person.id, account_id: &person.account_id };
        mail::store::insert(&mut write.conn(), &mail, now).await.unwrap();
        write.commit_unlogged().await.unwrap();
        id
    }

    /// The session that somebody has.
    pub async fn session_of(&self, person: &Person) -> String {
        const FIND: &str = "select id from sessions where account_id = $1 and ended_at is null";
        scalar!(self.system().read().await.unwrap().conn(), String, FIND, person.account_id.as_str()).unwrap()
    }

    async fn or_first(&self, organization: Option<&str>) -> String {
        match organization {
            Some(organization) => organization.to_owned(),
            None => self.organization_id().await,
        }
    }

    pub(super) async fn root_company(&self, organization: &str) -> String {
        const ROOT: &str = "select id from companies where organization_id = $1 and parent_id is null";
        scalar!(self.system().read().await.unwrap().conn(), String, ROOT, organization).unwrap()
    }
}

async fn insert_account(write: &mut Write, organization: &str, username: &str, hash: &str) -> Person {
    let now = write.now;
    let person = Person { id: new_id(now), account_id: new_id(now), username: username.to_owned() };
    let account = NewAccount {
        id: &person.account_id,
        username,
        username_key: &text::username_key(username).unwrap(),
        name: username,
        email: &format!("{username}@example.com"),
        phone: "",
        home_organization_id: organization,
        founder: false,
        operator: false,
    };
    let mut conn = write.conn();
    accounts::insert(&mut conn, &account, now).await.unwrap();
    let password = Password { hash, temporary: false, expires_at: None, set_by: None };
    accounts::set_password(&mut conn, &person.account_id, &password).await.unwrap();
    person
}

async fn insert_user(write: &mut Write, organization: &str, company: &str, role: Role, person: &Person) {
    let now = write.now;
    let mut conn = write.conn();
    let row = companies::store::find(&mut conn, organization, company).await.unwrap().unwrap();
    let keys = Keys {
        username: text::username_key(&person.username).unwrap(),
        name: text::fold(&person.username),
        email: text::fold(&format!("{}@example.com", person.username)),
        company: text::fold(&row.name),
    };
    let user = NewUser {
        id: &person.id,
        organization_id: organization,
        account_id: &person.account_id,
        company_id: company,
        role: role.stored(),
        region: "europe",
        description: "",
        keys: &keys,
    };
    users::insert(&mut conn, &user, now).await.unwrap();
}

async fn insert_grant(write: &mut Write, organization: &str, user_id: &str, given: &Given) -> String {
    insert_grant_to(write, organization, ("user", user_id), given).await
}

/// A grant to a subject of any kind.
pub(super) async fn insert_grant_to(
    write: &mut Write,
    organization: &str,
    (kind, subject_id): (&str, &str),
    given: &Given,
) -> String {
    const INSERT: &str = "insert into grants (id, organization_id, subject_kind, subject_id, profile_id, rights_id,
            place_id, from_at, until_at, given_by, created_at)
        values ($1, $2, $10, $3, $4, $5, $6, $7, $8, $3, $9)";
    let (id, now) = (new_id(write.now), write.now);
    let mut conn = write.conn();
    exec!(
        conn,
        INSERT,
        id.as_str(),
        organization,
        subject_id,
        given.profile.as_deref(),
        given.profile.as_deref().unwrap_or(&id),
        given.place.as_deref(),
        given.from,
        given.until,
        now,
        kind
    )
    .unwrap();
    if given.profile.is_none() {
        set_levels(&mut conn, &id, &given.levels).await.unwrap();
    }
    id
}

mod tests {
    use super::*;
    use crate::testing::{START, both};

    both! {
        async fn a_made_user_signs_in_with_exactly_what_was_given(app: TestApp) {
            let building = app.place(None, "building", "Building A").await;
            let floor = app.place(Some(&building), "floor", "Floor 1").await;
            let room = app.place(Some(&floor), "room", "101").await;
            app.place(Some(&room), "light", "Ceiling").await;
            let distributor = app.company(None, CompanyKind::Distributor, "North").await;
            let installer = app.company(Some(&distributor), CompanyKind::Installer, "Wiring").await;
            let night = app.profile("Night porter", levels([(Screen::Rooms, Level::Full)])).await;
            let over = Given::own(levels([(Screen::Audit, Level::Full)])).until(START);
            let later = Given::own(levels([(Screen::Settings, Level::Full)])).from(START + 1);
            let person = app.user(UserSpec {
                role: Role::Owner,
                company: Some(&installer),
                grants: vec![Given::profile(&night).at(&floor), Given::own(levels([(Screen::Users, Level::Read)])), over, later],
                ..UserSpec::default()
            }).await;
            let me = app.browser_of(&person).await.get("/fn/me.view").await.expect(200).json();
            assert_eq!(me["levels"], serde_json::json!({ "rooms": "full", "users": "read" }));
            assert_eq!(me["role"], "owner");

            let other = app.organization("Elsewhere").await;
            let profile = app.profile_of(&other, "Night porter", Levels::FULL).await;
            let spec = UserSpec { organization: Some(&other), username: "bert", ..UserSpec::default() };
            let bert = app.user(spec).await;
            app.grant(&bert.id, Given::profile(&profile)).await;
            let me = app.browser_of(&bert).await.get("/fn/me.view").await.expect(200).json();
            assert_eq!(me["organization"]["name"], "Elsewhere");
            let admin = app.administrator_profile().await;
            let boss = UserSpec { username: "boss", grants: vec![Given::profile(&admin)], ..UserSpec::default() };
            let me = app.signed_in_as(boss).await.get("/fn/me.view").await.expect(200).json();
            assert_eq!(me["levels"], serde_json::to_value(Levels::FULL).unwrap());
        }
    }
}
