//! What PostgreSQL says that a statement did.

/// The step of a PostgreSQL plan that reads most rows, those that its filter removed included.
pub fn most_read(plan: &[(String,)]) -> (i64, String) {
    let number = |line: &str, after: &str| {
        let rest = line.split(after).nth(1)?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i64>().ok()
    };
    let mut steps: Vec<(i64, String)> = Vec::new();
    for (line,) in plan {
        if line.contains("Scan") && line.contains("actual") {
            let read = number(line, " rows=").unwrap_or(0) * number(line, " loops=").unwrap_or(1);
            steps.push((read, line.trim().to_owned()));
        } else if let (Some(removed), Some(last)) = (number(line, "Rows Removed by Filter: "), steps.last_mut()) {
            last.0 += removed;
        }
    }
    steps.into_iter().max().unwrap_or_default()
}
