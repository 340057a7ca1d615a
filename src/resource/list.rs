//! Lists, solved once: what is asked for is understood or refused, a page is cut, counted and given the cursor of the next.
//! A thing describes its list by a `Listing`; the parameters in the description of the HTTP API come from it, too.

use crate::access::{Actor, Role};
use crate::db::{Bind, Conn, Order, Query, Row, Statement};
use crate::error::AppError;
use crate::server::clock::is_id;
use crate::server::cursor::{self, Cut, Holds, Start, Value};
use crate::server::openapi::{Id, Schemas};
use crate::server::rest::{LIMIT_MAX, Parameters, limit};
use crate::server::{Call, search_text};
use crate::types::{ListQuery, Millis, Page, Status};
use serde_json::{Value as Json, json};

/// The list of one kind of thing, whose rows are `R`.
pub struct Listing<R: 'static> {
    pub sorts: &'static [Sort<R>],
    /// The order of who asks for none: the name of a sort, after `-` downwards.
    pub order: &'static str,
    /// The column that breaks ties, and its value in a row.
    pub id: (&'static str, fn(&R) -> &str),
    pub search: Option<Search>,
    pub filters: &'static [Filter],
}

/// An order: its name in the URL, its column, and what a row has in it.
pub struct Sort<R> {
    pub name: &'static str,
    pub column: &'static str,
    pub key: Key<R>,
}

pub enum Key<R> {
    Text(fn(&R) -> &str),
    Int(fn(&R) -> i64),
}

impl<R> Sort<R> {
    pub const fn text(name: &'static str, column: &'static str, key: fn(&R) -> &str) -> Sort<R> {
        Sort { name, column, key: Key::Text(key) }
    }

    pub const fn int(name: &'static str, column: &'static str, key: fn(&R) -> i64) -> Sort<R> {
        Sort { name, column, key: Key::Int(key) }
    }

    fn holds(&self) -> Holds {
        match self.key {
            Key::Text(_) => Holds::Text,
            Key::Int(_) => Holds::Int,
        }
    }

    fn value(&self, row: &R) -> Value {
        match self.key {
            Key::Text(of) => Value::Text(of(row).to_owned()),
            Key::Int(of) => Value::Int(of(row)),
        }
    }
}

/// Where `q` is looked for, in words, and the condition for what `search_text::wanted` makes of it.
pub struct Search {
    pub about: &'static str,
    pub keep: fn(Query, &str) -> Query,
}

/// A query parameter that narrows the list; empty is any.
pub struct Filter {
    pub name: &'static str,
    pub takes: Takes,
    about: &'static str,
    /// Appends the condition for a value that it takes.
    pub keep: fn(Query, &Viewer<'_>, &str) -> Query,
}

/// Who looks at a list, and when.
pub struct Viewer<'a> {
    pub actor: &'a Actor,
    pub now: Millis,
}

impl<'a> From<&'a Call> for Viewer<'a> {
    fn from(call: &'a Call) -> Viewer<'a> {
        Viewer { actor: call.actor(), now: call.now() }
    }
}

/// Which values a filter takes.
pub enum Takes {
    /// One that nothing has leaves an empty list.
    Id,
    Text,
    /// `true` or `false`.
    Truth,
    /// The words of a type; how the description names them.
    Words(fn(&str) -> bool, fn(&mut Schemas) -> Json),
}

impl Takes {
    pub const STATUS: Takes = Takes::Words(|it| Status::from_code(it).is_some(), |schemas| schemas.read::<Status>());
    pub const ROLE: Takes = Takes::Words(|it| Role::from_code(it).is_some(), |schemas| schemas.read::<Role>());
}

impl Filter {
    pub const fn new(name: &'static str, takes: Takes, keep: fn(Query, &Viewer<'_>, &str) -> Query) -> Filter {
        Filter { name, takes, about: "", keep }
    }

    pub const fn id(name: &'static str, keep: fn(Query, &Viewer<'_>, &str) -> Query) -> Filter {
        Filter::new(name, Takes::Id, keep)
    }

    /// What it means, where its name does not say that.
    pub const fn about(self, about: &'static str) -> Filter {
        Filter { about, ..self }
    }

    fn takes(&self, value: &str) -> bool {
        match self.takes {
            Takes::Id => is_id(value),
            Takes::Text => true,
            Takes::Truth => ["true", "false"].contains(&value),
            Takes::Words(knows, _) => knows(value),
        }
    }

    fn refused(&self) -> AppError {
        match self.takes {
            Takes::Truth => AppError::bad_request("invalid_parameter", format!("{} must be true or false.", self.name)),
            _ => no_such(self.name.trim_end_matches("_id")),
        }
    }

    fn schema(&self, schemas: &mut Schemas) -> Json {
        match self.takes {
            Takes::Id => schemas.read::<Id>(),
            Takes::Text => json!({ "type": "string" }),
            Takes::Truth => json!({ "type": "boolean" }),
            Takes::Words(_, schema) => schema(schemas),
        }
    }
}

/// The condition of a filter that the list itself has to look at.
pub fn by_hand(query: Query, _: &Viewer<'_>, _: &str) -> Query {
    query
}

/// The schema of a parameter that takes some words which have no name of their own.
pub fn one_of<const N: usize>(words: [&str; N]) -> Json {
    json!({ "type": "string", "enum": words.as_slice() })
}

/// A schema with what it means, where there is something to say.
fn told(mut schema: Json, about: &str) -> Json {
    if !about.is_empty() {
        schema["description"] = about.into();
    }
    schema
}

fn no_such(what: &str) -> AppError {
    AppError::bad_request("invalid_parameter", format!("This {what} doesn't exist."))
}

impl<R> Listing<R> {
    /// Fails with 400 on an order, a filter, a value of one, a limit or a cursor that there is not.
    pub fn understand<'a>(&'static self, query: &'a ListQuery) -> Result<ListRequest<'a, R>, AppError> {
        let order = if query.sort.is_empty() { self.order } else { &query.sort };
        let (name, descending) = order.strip_prefix('-').map_or((order, false), |name| (name, true));
        let sort = self.sorts.iter().find(|sort| sort.name == name).ok_or_else(|| no_such("sort"))?;
        for (name, value) in &query.filters {
            let filter = self.filters.iter().find(|filter| filter.name == name).ok_or_else(|| {
                AppError::bad_request("invalid_parameter", format!("There is no query parameter {name:?}."))
            })?;
            if !value.is_empty() && !filter.takes(value) {
                return Err(filter.refused());
            }
        }
        if self.search.is_none() && !query.q.is_empty() {
            return Err(AppError::bad_request("invalid_parameter", "There is no query parameter \"q\"."));
        }
        let limit = limit(query.limit)?;
        let named = if descending { format!("-{}", sort.name) } else { sort.name.to_owned() };
        let start = cursor::decode(&named, &query.cursor, sort.holds())?;
        let text = search_text::wanted(&query.q);
        Ok(ListRequest { listing: self, query, sort, named, descending, limit, start, text })
    }

    /// The one row of this id among `rows`, a `select … where …`; what is no id is nothing's.
    pub async fn find(&self, conn: &mut Conn<'_>, rows: Query, id: &str) -> Result<R, AppError>
    where
        R: Row,
    {
        if !is_id(id) {
            return Err(AppError::not_found());
        }
        let query = rows.then("and", []).then(self.id.0, []).then("= ?", [id.into()]);
        query.finish().rows(conn).await?.pop().ok_or_else(AppError::not_found)
    }
}

impl<R> Parameters for Listing<R> {
    fn parameters(&self, schemas: &mut Schemas) -> Vec<(String, Json)> {
        let both = self.sorts.iter().flat_map(|sort| [sort.name.to_owned(), format!("-{}", sort.name)]);
        let sort = format!("A leading `-` sorts in descending order; the default is `{}`.", self.order);
        let limit = json!({ "type": "integer", "format": "int64", "minimum": 1, "maximum": LIMIT_MAX });
        let mut found = vec![
            ("cursor", told(json!({ "type": "string" }), "The `next_cursor` of the previous page.")),
            ("limit", limit),
            ("sort", told(json!({ "type": "string", "enum": both.collect::<Vec<_>>() }), &sort)),
        ];
        found.extend(self.search.iter().map(|search| ("q", told(json!({ "type": "string" }), search.about))));
        found.extend(self.filters.iter().map(|filter| (filter.name, told(filter.schema(schemas), filter.about))));
        found.sort_by_key(|(name, _)| *name);
        found.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
    }
}

/// A list that was asked for, understood.
pub struct ListRequest<'a, R: 'static> {
    listing: &'static Listing<R>,
    query: &'a ListQuery,
    pub sort: &'static Sort<R>,
    /// The order as cursors name it.
    named: String,
    pub descending: bool,
    pub limit: i64,
    pub start: Start,
    /// What is searched for; empty is nothing.
    pub text: String,
}

impl<'a, R> ListRequest<'a, R> {
    /// The value of a filter; empty is any.
    pub fn value(&self, filter: &str) -> &'a str {
        self.query.filter(filter)
    }

    /// Whether nothing is searched for and no filter set.
    pub fn is_whole(&self) -> bool {
        self.text.is_empty() && self.query.filters.iter().all(|(_, value)| value.is_empty())
    }

    pub fn order(&self) -> Order {
        Order { column: self.sort.column, id: self.listing.id.0, descending: self.descending }
    }

    /// After which row the page begins.
    pub fn after(&self) -> Option<(Bind, String)> {
        self.start.after.clone()
    }

    /// Keeps what the filters and the search keep, for the rows and for counting them alike.
    pub fn narrowed(&self, query: Query, viewer: &Viewer<'_>) -> Query {
        let given = self.listing.filters.iter().map(|filter| (filter, self.value(filter.name)));
        let given = given.filter(|(_, value)| !value.is_empty());
        let query = given.fold(query, |query, (filter, value)| (filter.keep)(query, viewer, value));
        match &self.listing.search {
            Some(search) if !self.text.is_empty() => (search.keep)(query, &self.text),
            _ => query,
        }
    }

    /// The page of `rows`, a `select … where …`, of which `count`, a `select count(*) from (select 1 as one from … where …`,
    /// counts all. Two statements at the most.
    pub async fn page(self, call: &Call, conn: &mut Conn<'_>, rows: Query, count: Query) -> Result<Page<R>, AppError>
    where
        R: Row,
    {
        let viewer = call.into();
        let rows = self.rows(self.narrowed(rows, &viewer)).rows(conn).await?;
        let count = self.narrowed(count, &viewer).counted();
        self.cut(call, conn, rows, count).await
    }

    /// One row more than the page, to know whether there is a next.
    pub fn rows(&self, query: Query) -> Statement {
        query.page(&self.order(), self.after(), self.limit + 1).finish()
    }

    /// The page of rows that were found, which `count` counts unless an earlier page did.
    pub async fn cut(
        self,
        call: &Call,
        conn: &mut Conn<'_>,
        rows: Vec<R>,
        count: Statement,
    ) -> Result<Page<R>, AppError> {
        let cut = self.start.clone().cut(rows, self.limit, call.count(conn, count)).await?;
        Ok(self.finish(cut))
    }

    pub fn finish(&self, cut: Cut<R>) -> Page<R> {
        let next_cursor = cut.next(&self.named, |row| (self.sort.value(row), (self.listing.id.1)(row)));
        Page { items: cut.rows, next_cursor, count: cut.count }
    }
}
