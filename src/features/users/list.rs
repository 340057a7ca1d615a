//! The users list: seven sorts × filters × search × reach, each one walk along an index.

use super::model::UserQuery;
use crate::access::{Actor, Level, Role, Screen};
use crate::db::{Conn, DbError, Order, Query, Statement, search};
use crate::error::AppError;
use crate::features::users::store::UserRow;
use crate::server::clock::is_id;
use crate::server::cursor::{self, Cut, Holds, Start, Value};
use crate::server::{Call, reach, search_text};

/// A sort: its name in the URL, its column in `users`, the same in `user_profiles` and in what a search finds, and its
/// value in a row.
struct Sort {
    name: &'static str,
    column: &'static str,
    profile_column: &'static str,
    found_column: &'static str,
    holds: Holds,
    value: fn(&UserRow) -> Value,
}

const SORTS: [Sort; 7] = [
    Sort {
        name: "name",
        column: "u.name_key",
        profile_column: "up.name_key",
        found_column: "m.name_key",
        holds: Holds::Text,
        value: |row| Value::Text(row.name_key.clone()),
    },
    Sort {
        name: "username",
        column: "u.username_key",
        profile_column: "up.username_key",
        found_column: "m.username_key",
        holds: Holds::Text,
        value: |row| Value::Text(row.username_key.clone()),
    },
    Sort {
        name: "email",
        column: "u.email_key",
        profile_column: "up.email_key",
        found_column: "m.email_key",
        holds: Holds::Text,
        value: |row| Value::Text(row.email_key.clone()),
    },
    Sort {
        name: "company",
        column: "u.company_key",
        profile_column: "up.company_key",
        found_column: "m.company_key",
        holds: Holds::Text,
        value: |row| Value::Text(row.company_key.clone()),
    },
    Sort {
        name: "role",
        column: "u.role",
        profile_column: "up.role",
        found_column: "m.role",
        holds: Holds::Int,
        value: |row| Value::Int(row.role),
    },
    Sort {
        name: "status",
        column: "u.status",
        profile_column: "up.status",
        found_column: "m.status",
        holds: Holds::Text,
        value: |row| Value::Text(row.status.clone()),
    },
    Sort {
        name: "last_sign_in_at",
        column: "u.last_sign_in_at",
        profile_column: "up.last_sign_in_at",
        found_column: "m.last_sign_in_at",
        holds: Holds::Int,
        value: |row| Value::Int(row.last_sign_in_at),
    },
];

/// What the console called a sort before the field of the same name.
const FORMER: (&str, &str) = ("last_sign_in", "last_sign_in_at");

/// The names of all sorts, for the tests that try every combination.
#[cfg(test)]
pub fn sort_names() -> impl Iterator<Item = &'static str> {
    SORTS.iter().map(|sort| sort.name)
}

/// A list that was asked for, understood.
pub struct Wanted<'a> {
    query: &'a UserQuery,
    sort: &'static Sort,
    descending: bool,
    pub limit: i64,
    search: String,
    role: Option<Role>,
    start: Start,
}

impl<'a> Wanted<'a> {
    /// Fails with 400 on a sort, role, status, id or limit that does not exist.
    pub fn new(query: &'a UserQuery) -> Result<Wanted<'a>, AppError> {
        let refused = |what: &str| AppError::bad_request("invalid_parameter", format!("There is no such {what}."));
        let (name, descending) = match query.sort.strip_prefix('-') {
            Some(name) => (name, true),
            None => (query.sort.as_str(), false),
        };
        let name = match name {
            "" => "name",
            former if former == FORMER.0 => FORMER.1,
            name => name,
        };
        let sort = SORTS.iter().find(|sort| sort.name == name).ok_or_else(|| refused("sort"))?;
        let role = match query.role.as_str() {
            "" => None,
            code => Some(Role::from_code(code).ok_or_else(|| refused("role"))?),
        };
        if !["", "active", "disabled"].contains(&query.status.as_str()) {
            return Err(refused("status"));
        }
        for (what, id) in [("company", &query.company_id), ("profile", &query.profile_id)] {
            if !id.is_empty() && !is_id(id) {
                return Err(refused(what));
            }
        }
        let limit = crate::server::rest::limit(query.limit)?;
        let start = cursor::decode(&sort_text(sort, descending), &query.cursor, sort.holds)?;
        Ok(Wanted { query, sort, descending, limit, search: search_text::wanted(&query.q), role, start })
    }

    /// One row more than the page, to know whether there is a next.
    pub fn rows(&self, conn: &Conn<'_>, actor: &Actor) -> Statement {
        let by_profile = !self.query.profile_id.is_empty();
        let order = Order {
            column: if by_profile { self.sort.profile_column } else { self.sort.column },
            id: if by_profile { "up.user_id" } else { "u.id" },
            descending: self.descending,
        };
        if self.query.company_id.is_empty() && !by_profile && !reach::is_root(actor) {
            return self.of_companies(conn, actor, &order);
        }
        self.from(actor, Query::new(SELECT)).page(&order, self.start.after.clone(), self.limit + 1).finish()
    }

    /// For who manages some companies: the page of each, and of those the first.
    fn of_companies(&self, conn: &Conn<'_>, actor: &Actor, order: &Order) -> Statement {
        let (organization, limit) = (actor.organization_id.as_str(), self.limit + 1);
        let of_one = |query: Query| {
            let query = query.then("where u.organization_id = ? and u.company_id = r.id", [organization.into()]);
            self.filters(query).page(order, self.start.after.clone(), limit)
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
        !self.search.is_empty()
    }

    /// The page without a search.
    pub async fn listed(&self, conn: &mut Conn<'_>, call: &Call) -> Result<Cut<UserRow>, DbError> {
        let rows = self.rows(conn, call.actor()).rows(conn).await?;
        self.start.clone().cut(rows, self.limit, call.count(conn, self.counted(call.actor()))).await
    }

    /// How many match without a search, from the narrowest index that has what is filtered by.
    pub fn counted(&self, actor: &Actor) -> Statement {
        let (organization, profile) = (actor.organization_id.as_str(), self.query.profile_id.as_str());
        let by_company = !self.query.company_id.is_empty() || !reach::is_root(actor);
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
        self.filters(reach::members(query, actor, Screen::Users, Level::Read)).counted()
    }

    /// The ids of a page of what is found, one more than the page, each with how many there are in all.
    pub fn found(&self, conn: &Conn<'_>, actor: &Actor) -> Statement {
        let page = search::Page {
            organization_id: &actor.organization_id,
            wanted: &self.search,
            column: self.sort.found_column,
            descending: self.descending,
            after: self.start.after.clone(),
            limit: self.limit + 1,
            whole: self.is_unfiltered(actor),
        };
        page.statement(conn, |query| self.among_found(actor, query))
    }

    /// Whether the list is all users of the organization.
    fn is_unfiltered(&self, actor: &Actor) -> bool {
        let given = [&self.query.company_id, &self.query.profile_id, &self.query.role, &self.query.status];
        given.into_iter().all(String::is_empty) && reach::has_everybody(actor, Screen::Users, Level::Read)
    }

    /// The users that `found` gave the ids of, in whatever order. The organization is not named again: an engine might
    /// look through all of its users for them.
    pub fn of(&self, conn: &Conn<'_>, ids: &[&str]) -> Statement {
        const FROM: &str = "from users u cross join accounts a cross join companies c
            where a.id = u.account_id and c.id = u.company_id";
        Query::new(SELECT).then(FROM, []).one_of(conn, "u.id", ids).finish()
    }

    pub fn next(&self, cut: &Cut<UserRow>) -> Option<String> {
        cut.next(&self.sort_text(), |row| self.at(row))
    }

    /// Where a row stands in this order.
    pub fn at<'r>(&self, row: &'r UserRow) -> (Value, &'r str) {
        ((self.sort.value)(row), &row.id)
    }

    /// The order as cursors name it.
    pub fn sort_text(&self) -> String {
        sort_text(self.sort, self.descending)
    }

    /// `from … where …`. `cross join` keeps SQLite to this order of tables; PostgreSQL takes it as a join.
    fn from(&self, actor: &Actor, query: Query) -> Query {
        let (organization, profile) = (actor.organization_id.as_str(), self.query.profile_id.as_str());
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
                and up.organization_id = ? and up.profile_id = ?",
                [organization.into(), profile.into()],
            )
        };
        self.filters(reach::members(query, actor, Screen::Users, Level::Read))
    }

    /// `from … where …` of the candidates of a search.
    fn among_found(&self, actor: &Actor, query: Query) -> Query {
        let query = match self.query.profile_id.as_str() {
            "" => query.then("from found u where true", []),
            // A number, so that PostgreSQL looks each candidate up instead of reading all that hold the profile.
            profile => query.then(
                "from found u
                where (select count(*) from user_profiles up where up.profile_id = ? and up.user_id = u.id) > 0",
                [profile.into()],
            ),
        };
        self.filters(reach::members(query, actor, Screen::Users, Level::Read))
    }

    fn filters(&self, query: Query) -> Query {
        let query = match self.query.company_id.as_str() {
            "" => query,
            company => query.then("and u.company_id = ?", [company.into()]),
        };
        let query = match self.role {
            None => query,
            Some(role) => query.then("and u.role = ?", [role.stored().into()]),
        };
        match self.query.status.as_str() {
            "" => query,
            status => query.then("and u.status = ?", [status.into()]),
        }
    }
}

fn sort_text(sort: &Sort, descending: bool) -> String {
    format!("{}{}", if descending { "-" } else { "" }, sort.name)
}

/// The columns of `UserRow`.
const SELECT: &str = "select u.id, u.account_id, a.username, a.name, a.email, a.phone, a.home_organization_id,
        u.region, u.company_id, c.name as company_name, c.path as company_path, u.role, u.status, u.description,
        u.last_sign_in_at, u.version + a.version as version, u.username_key, u.name_key, u.email_key, u.company_key";
