namespace Emergence.Cli.Doctor;

/// <summary>Checks one part of the product.</summary>
internal interface IDoctorCheck
{
    /// <summary>The part's name, one or two words.</summary>
    string Part { get; }

    /// <summary>Looks. May throw: an exception is reported as a fault of the part.</summary>
    IEnumerable<CheckResult> Check();
}
