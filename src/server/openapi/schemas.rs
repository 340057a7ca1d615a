//! The types that bodies and answers are made of, each described once under its name.

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// What is read and what is written are described apart: a field with a default is optional in one and there in the other.
pub struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Schemas {
        let generator = |contract: Contract| {
            let settings = SchemaSettings::draft2020_12().with(|settings| {
                settings.contract = contract;
                settings.meta_schema = None;
                settings.definitions_path = "/components/schemas".into();
            });
            settings.into_generator()
        };
        Schemas { read: generator(Contract::Deserialize), written: generator(Contract::Serialize) }
    }
}

impl Schemas {
    /// Of a body that a handler reads.
    pub fn read<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// Of an answer.
    pub fn written<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    /// The fields of a type that no name is needed for, such as query parameters: name and schema.
    pub fn fields<T: JsonSchema>(&mut self) -> Vec<(String, Value)> {
        let mut schema: Schema = T::json_schema(&mut self.read);
        let properties = schema.remove("properties").unwrap_or_default();
        let Value::Object(properties) = properties else { return Vec::new() };
        properties.into_iter().map(|(name, schema)| (name, given(schema))).collect()
    }

    /// All that was named, by name. A name that means two things would be a mistake, and one of them is told.
    pub fn named(mut self) -> (Map<String, Value>, Vec<String>) {
        let mut named = self.written.take_definitions(true);
        let mut twice = Vec::new();
        for (name, schema) in self.read.take_definitions(true) {
            if named.get(&name).is_some_and(|other| *other != schema) {
                twice.push(name.clone());
            }
            named.insert(name, schema);
        }
        (named, twice)
    }
}

/// A parameter as it is when it is there: never null, and without the default that stands for its absence.
fn given(mut schema: Value) -> Value {
    let Value::Object(fields) = &mut schema else { return schema };
    fields.remove("default");
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|word| word != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = fields.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::Array(either)) = fields.get_mut("anyOf") {
        either.retain(|schema| schema["type"] != "null");
        if let [only] = either.as_slice()
            && let Some(only) = only.as_object().cloned()
        {
            fields.remove("anyOf");
            fields.extend(only);
        }
    }
    schema
}
