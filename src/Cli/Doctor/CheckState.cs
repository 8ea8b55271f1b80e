namespace Emergence.Cli.Doctor;

/// <summary>How a part of the product is.</summary>
internal enum CheckState
{
    /// <summary>Works.</summary>
    Ok,

    /// <summary>Works, but slower or with less than it could.</summary>
    Warning,

    /// <summary>Does not work.</summary>
    Fault,
}
