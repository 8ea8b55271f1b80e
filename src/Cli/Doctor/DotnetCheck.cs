using System.Runtime.InteropServices;

namespace Emergence.Cli.Doctor;

/// <summary>The .NET runtime.</summary>
internal sealed class DotnetCheck : IDoctorCheck
{
    /// <inheritdoc/>
    public string Part => ".NET";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        yield return new(Part, CheckState.Ok, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");
    }
}
