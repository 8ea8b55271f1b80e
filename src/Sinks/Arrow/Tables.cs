namespace Emergence.Sinks.Arrow;

/// <summary>The tables that are published about a checkpoint; values combine to name several.</summary>
[Flags]
public enum Tables
{
    /// <summary>No table.</summary>
    None = 0,

    /// <summary>One row per layer, facet and category.</summary>
    Curves = 1,

    /// <summary>One row per layer and feature.</summary>
    Features = 2,

    /// <summary>One row per layer, feature and category on which the feature fires.</summary>
    Firings = 4,

    /// <summary>One row per layer.</summary>
    Health = 8,

    /// <summary>One row per event.</summary>
    Events = 16,

    /// <summary>All five.</summary>
    All = Curves | Features | Firings | Health | Events,
}
