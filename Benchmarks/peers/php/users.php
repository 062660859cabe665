<?php
// The statements.
declare(strict_types=1);

const COLUMNS = 'id, email, name, created_at';

/** The connection stays open from request to request. Statements are not prepared by name: they would not outlive
 *  the request, and cost two round trips more. Their values are bound by the server all the same. */
function query(string $sql, array $values): PDOStatement
{
    $pdo = new PDO(getenv('DATABASE_DSN'), null, null, [
        PDO::ATTR_PERSISTENT => true,
        PDO::ATTR_EMULATE_PREPARES => false,
        PDO::PGSQL_ATTR_DISABLE_PREPARES => true,
        PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_NUM,
    ]);
    $statement = $pdo->prepare($sql);
    $statement->execute($values);
    return $statement;
}

function read(int $id): ?array
{
    return first(query('SELECT ' . COLUMNS . ' FROM users WHERE id = ?', [$id]));
}

function page(int $skip, int $limit): array
{
    $first = 'SELECT id FROM users ORDER BY id LIMIT 1 OFFSET ?';
    $rows = query('SELECT ' . COLUMNS . " FROM users WHERE id >= ($first) ORDER BY id LIMIT ?", [$skip, $limit]);
    return array_map(user(...), $rows->fetchAll());
}

function create(array $user): array
{
    isset($user['email'], $user['name']) || refuse(422, 'Unprocessable Entity');
    $sql = 'INSERT INTO users (email, name) VALUES (?, ?) RETURNING ' . COLUMNS;
    return change($sql, [$user['email'], $user['name']]);
}

function update(int $id, array $user): ?array
{
    $sql = 'UPDATE users SET email = coalesce(?, email), name = coalesce(?, name) WHERE id = ? RETURNING ' . COLUMNS;
    return change($sql, [$user['email'] ?? null, $user['name'] ?? null, $id]);
}

function change(string $sql, array $values): ?array
{
    try {
        return first(query($sql, $values));
    } catch (PDOException $error) {
        $error->getCode() === '23505' ? refuse(400, 'Email already exists') : throw $error;
    }
}

function first(PDOStatement $statement): ?array
{
    $row = $statement->fetch();
    return $row ? user($row) : null;
}

/** PostgreSQL's 2026-11-23 08:00:00.1234+00 as Pydantic's 2026-11-23T08:00:00.123400Z. */
function user(array $row): array
{
    [$id, $email, $name, $time] = $row;
    $fraction = substr($time, 19, -3);
    $created = substr($time, 0, 10) . 'T' . substr($time, 11, 8) . ($fraction === '' ? '' : str_pad($fraction, 7, '0')) . 'Z';
    return ['email' => $email, 'name' => $name, 'id' => $id, 'created_at' => $created];
}
