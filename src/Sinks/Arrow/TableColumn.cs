using Apache.Arrow;

namespace Emergence.Sinks.Arrow;

/// <summary>A column of a published table, as <c>docs/SCHEMA.md</c> lists it.</summary>
/// <param name="Field">Name, type and whether values may be missing.</param>
/// <param name="Doc">What it means.</param>
internal sealed record TableColumn(Field Field, ColumnDoc Doc);
