using Emergence.Stages.Sae;
using Emergence.Stages.Sae.Cores;
using Emergence.Stages.Sae.Cores.Cpu;
using Emergence.Stages.Sae.Cores.Tensors;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Stages.Tests.Sae.Cores;

/// <summary>Every implementation of <see cref="ISaeCore"/>, by name: all of them are held to the same tests.</summary>
public static class CoreUnderTest
{
    private static readonly string[] Names = ["tensor", "cpu", "cpu, three workers", "cpu, bfloat16 candidates"];

    public static TheoryData<string> All => [.. Names];

    /// <summary>Every implementation with every case of <see cref="CoreCase"/>.</summary>
    public static TheoryData<string, string> Cases => Crossed(CoreCase.Names);

    /// <summary>Every implementation with every architecture.</summary>
    public static TheoryData<string, string> Architectures => Crossed(Enum.GetNames<SaeArchitecture>());

    /// <summary>Every two implementations, each with itself too.</summary>
    internal static IEnumerable<(string First, string Second)> Pairs
        => Names.SelectMany((first, i) => Names.Skip(i).Select(second => (first, second)));

    internal static ISaeCore Make(string name, SaeOptions options, int dimension) => name switch
    {
        "tensor" => new TensorSaeCore(options, dimension, CPU),
        "cpu" => new CpuSaeCore(options with { HalfPreselection = false }, dimension, new WorkerCrew(1), ownsWorkers: true),
        "cpu, three workers" => new CpuSaeCore(options with { HalfPreselection = false }, dimension, new WorkerCrew(3), ownsWorkers: true),
        "cpu, bfloat16 candidates" => new CpuSaeCore(options with { HalfPreselection = true }, dimension, new WorkerCrew(2), ownsWorkers: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such core"),
    };

    private static TheoryData<string, string> Crossed(IEnumerable<string> others)
    {
        var data = new TheoryData<string, string>();
        foreach (var other in others)
        {
            foreach (var name in Names)
            {
                data.Add(name, other);
            }
        }

        return data;
    }
}
