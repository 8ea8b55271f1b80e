namespace Emergence.Cli.Runs;

/// <summary>A curve that met the alert rule.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Facet">Facet name.</param>
/// <param name="Category">Category name.</param>
/// <param name="Step">Step at which the rule first held.</param>
internal sealed record CategoryAlert(int Layer, string Facet, string Category, long Step);
