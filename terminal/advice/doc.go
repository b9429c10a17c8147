// Package advice says in sentences what checks find: what is wrong, why it matters, what to
// write instead, and what that may break.
package advice
