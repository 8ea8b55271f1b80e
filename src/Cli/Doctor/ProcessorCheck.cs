using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Emergence.Cli.Doctor;

/// <summary>The processor: cores and the widest vectors that the kernels can use.</summary>
internal sealed class ProcessorCheck : IDoctorCheck
{
    /// <inheritdoc/>
    public string Part => "processor";

    /// <inheritdoc/>
    public IEnumerable<CheckResult> Check()
    {
        var cores = Environment.ProcessorCount;
        var vectors = Vectors();
        if (vectors is null)
            yield return new(Part, CheckState.Warning, $"{cores} cores, no AVX2", "Use a machine with AVX2 or AVX-512: the kernels run several times slower without");
        else if (cores == 1)
            yield return new(Part, CheckState.Warning, $"1 core, {vectors}", "Give it two cores or more: a trainer beside it takes one");
        else
            yield return new(Part, CheckState.Ok, $"{cores} cores, {vectors}");
    }

    private static string? Vectors() =>
        Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : AdvSimd.IsSupported ? "NEON" : null;
}
