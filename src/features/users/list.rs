//! The users list: seven sorts × filters × search × reach, each one walk along an index.

use crate::access::{Actor, Level, Role, Screen};
use crate::db::{Conn, Order, Query, Statement, search};
use crate::error::AppError;
use crate::features::users::store::UserRow;
use crate::resource::list::{Filter, ListRequest, Listing, Search, Sort, Takes, Viewer, by_hand};
use crate::server::reach;
use crate::types::ListQuery;
use std::borrow::Cow;

pub static LISTING: Listing<UserRow> = Listing {
    sorts: &[
        Sort::text("name", "u.name_key", |row| &row.name_key),
        Sort::text("username", "u.username_key", |row| &row.username_key),
        Sort::text("email", "u.email_key", |row| &row.email_key),
        Sort::text("company", "u.company_key", |row| &row.company_key),
        Sort::int("role", "u.role", |row| row.role),
        Sort::text("status", "u.status", |row| &row.status),
        Sort::int("last_sign_in_at", "u.last_sign_in_at", |row| row.last_sign_in_at),
    ],
    order: "name",
    id: ("u.id", |row| &row.id),
    // Asked of the index first (`found`).
    search: Some(Search { about: "Part of the username, name or email.", keep: |query, _| query }),
    filters: &[
        Filter::id("company_id", |query, _, company| query.then("and u.company_id = ?", [company.into()])),
        Filter::new("role", Takes::ROLE, |query, _, role| query.then(of_role(role), [])),
        // What stands in the order of its users by itself.
        Filter::id("profile_id", by_hand),
        Filter::new("status", Takes::STATUS, |query, _, status| query.then(of_status(status), [])),
    ],
};

/// Which role or status, written out: where PostgreSQL keeps one plan for all values, it would take each for as frequent,
/// and pass everybody to find the few who have a rare one.
fn of_role(code: &str) -> &'static str {
    match Role::from_code(code) {
        Some(Role::CommonManager) => "and u.role = 3",
        Some(Role::OperationsEngineer) => "and u.role = 2",
        _ => "and u.role = 1",
    }
}

fn of_status(status: &str) -> &'static str {
    if status == "disabled" { "and u.status = 'disabled'" } else { "and u.status = 'active'" }
}

/// A column that users are sorted by, the same in `user_profiles`, and in what a search finds.
const COLUMNS: [[&str; 3]; 7] = [
    ["u.name_key", "up.name_key", "m.name_key"],
    ["u.username_key", "up.username_key", "m.username_key"],
    ["u.email_key", "up.email_key", "m.email_key"],
    ["u.company_key", "up.company_key", "m.company_key"],
    ["u.role", "up.role", "m.role"],
    ["u.status", "up.status", "m.status"],
    ["u.last_sign_in_at", "up.last_sign_in_at", "m.last_sign_in_at"],
];

/// What the console called a sort before the field of the same name.
const FORMER: &str = "last_sign_in";

/// The query with the names that sorts have now.
pub fn renamed(query: &ListQuery) -> Cow<'_, ListQuery> {
    if query.sort.trim_start_matches('-') != FORMER {
        return Cow::Borrowed(query);
    }
    Cow::Owned(ListQuery { sort: format!("{}_at", query.sort), ..query.clone() })
}

/// The list of users that was asked for.
pub struct Users<'a>(pub ListRequest<'a, UserRow>);

impl<'a> Users<'a> {
    /// Fails with 400 on a sort, role, status, id or limit that does not exist.
    pub fn new(query: &'a ListQuery) -> Result<Users<'a>, AppError> {
        LISTING.understand(query).map(Users)
    }

    /// The column of the order in a copy: 1 is that of `user_profiles`, 2 what a search finds.
    fn column(&self, copy: usize) -> &'static str {
        let column = self.0.sort.column;
        COLUMNS.iter().find(|names| names[0] == column).map_or(column, |names| names[copy])
    }

    /// One row more than the page, to know whether there is a next.
    pub fn rows(&self, conn: &Conn<'_>, actor: &Actor) -> Statement {
        let wanted = &self.0;
        let by_profile = !wanted.value("profile_id").is_empty();
        let order = match by_profile {
            true => Order { column: self.column(1), id: "up.user_id", descending: wanted.descending },
            false => wanted.order(),
        };
        if wanted.value("company_id").is_empty() && !by_profile && !reach::is_root(actor) {
            return self.of_companies(conn, actor, &order);
        }
        self.from(actor, Query::new(SELECT)).page(&order, wanted.after(), wanted.limit + 1).finish()
    }

    /// For who manages some companies: the page of each, and of those the first.
    fn of_companies(&self, conn: &Conn<'_>, actor: &Actor, order: &Order) -> Statement {
        let (organization, limit) = (actor.organization_id.as_str(), self.0.limit + 1);
        let of_one = |query: Query| {
            let query = query.then("where u.organization_id = ? and u.company_id = r.id", [organization.into()]);
            self.narrowed(query, actor).page(order, self.0.after(), limit)
        };
        let query = Query::new(SELECT).then("from (select u.* from companies r", []);
        let query = query.first_of_each(conn, ("users", "u"), of_one);
        reach::companies(query, actor, Screen::Users)
            .page(order, None, limit)
            .then(
                ") u cross join accounts a cross join companies c where a.id = u.account_id and c.id = u.company_id",
                [],
            )
            .page(order, None, limit)
            .finish()
    }

    /// Whether something is searched for: then `found` takes the place of `rows` and `counted`.
    pub fn searches(&self) -> bool {
        !self.0.text.is_empty()
    }

    /// How many match without a search, from the narrowest index that has what is filtered by.
    pub fn counted(&self, actor: &Actor) -> Statement {
        let (organization, profile) = (actor.organization_id.as_str(), self.0.value("profile_id"));
        let by_company = !self.0.value("company_id").is_empty() || !reach::is_root(actor);
        let query = match (profile.is_empty(), by_company) {
            (true, _) => Query::default().then(
                "select count(*) from (select 1 as one from users u where u.organization_id = ?",
                [organization.into()],
            ),
            // The copies have the names of what they are copied from.
            (false, false) => Query::default().then(
                "select count(*) from (select 1 as one from user_profiles u where u.organization_id = ? and u.profile_id = ?",
                [organization.into(), profile.into()],
            ),
            (false, true) => Query::default().then(
                "select count(*) from (select 1 as one from user_profiles up cross join users u
                where u.id = up.user_id and up.organization_id = ? and up.profile_id = ?",
                [organization.into(), profile.into()],
            ),
        };
        self.narrowed(reach::members(query, actor, Screen::Users, Level::Read), actor).counted()
    }

    /// The ids of a page of what is found, one more than the page, each with how many there are in all.
    pub fn found(&self, conn: &Conn<'_>, actor: &Actor) -> Statement {
        let page = search::Page {
            organization_id: &actor.organization_id,
            wanted: &self.0.text,
            column: self.column(2),
            descending: self.0.descending,
            after: self.0.after(),
            limit: self.0.limit + 1,
            whole: self.is_unfiltered(actor),
        };
        page.statement(conn, |query| self.among_found(actor, query))
    }

    /// Whether the list is all users of the organization.
    fn is_unfiltered(&self, actor: &Actor) -> bool {
        let filters = ["company_id", "profile_id", "role", "status"];
        let none = filters.into_iter().all(|filter| self.0.value(filter).is_empty());
        none && reach::has_everybody(actor, Screen::Users, Level::Read)
    }

    /// The users that `found` gave the ids of, in whatever order. The organization is not named again: an engine might
    /// look through all of its users for them.
    pub fn of(&self, conn: &Conn<'_>, ids: &[&str]) -> Statement {
        const FROM: &str = "from users u cross join accounts a cross join companies c
            where a.id = u.account_id and c.id = u.company_id";
        Query::new(SELECT).then(FROM, []).one_of(conn, "u.id", ids).finish()
    }

    /// `from … where …`. `cross join` keeps SQLite to this order of tables; PostgreSQL takes it as a join.
    fn from(&self, actor: &Actor, query: Query) -> Query {
        let (organization, profile) = (actor.organization_id.as_str(), self.0.value("profile_id"));
        let query = if profile.is_empty() {
            query.then(
                "from users u cross join accounts a cross join companies c
                where a.id = u.account_id and c.id = u.company_id and u.organization_id = ?",
                [organization.into()],
            )
        } else {
            query.then(
                "from user_profiles up cross join users u cross join accounts a cross join companies c
                where u.id = up.user_id and a.id = u.account_id and c.id = u.company_id
                and up.organization_id = ? and up.profile_id = (select ?)",
                [organization.into(), profile.into()],
            )
        };
        self.narrowed(reach::members(query, actor, Screen::Users, Level::Read), actor)
    }

    /// `from … where …` of the candidates of a search.
    fn among_found(&self, actor: &Actor, query: Query) -> Query {
        let query = match self.0.value("profile_id") {
            "" => query.then("from found u where true", []),
            // A number, so that PostgreSQL looks each candidate up instead of reading all that hold the profile.
            profile => query.then(
                "from found u
                where (select count(*) from user_profiles up where up.profile_id = ? and up.user_id = u.id) > 0",
                [profile.into()],
            ),
        };
        self.narrowed(reach::members(query, actor, Screen::Users, Level::Read), actor)
    }

    /// None of the filters looks at the clock.
    fn narrowed(&self, query: Query, actor: &Actor) -> Query {
        self.0.narrowed(query, &Viewer { actor, now: 0 })
    }
}

/// The columns of `UserRow`.
const SELECT: &str = "select u.id, u.account_id, a.username, a.name, a.email, a.phone, a.home_organization_id,
        u.region, u.company_id, c.name as company_name, c.path as company_path, u.role, u.status, u.description,
        u.last_sign_in_at, u.version + a.version as version, u.username_key, u.name_key, u.email_key, u.company_key";
