using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.TestKit.Activations;
using Emergence.TestKit.Sae;

namespace Emergence.Cli.Tests.Sae;

/// <summary>Rows of a planted dictionary in a file, and the verb <c>sae</c> run over them on one thread.</summary>
internal sealed class ActivationSample : IDisposable
{
    public const int D = 16;
    public const int Rows = 3000;

    private readonly PlantedDictionary _planted = new(D, 40, 3, seed: 1, offset: 1);

    public ActivationSample()
    {
        Values = _planted.Draw(Rows, 2);
        File = Npy("rows.npy", Values);
    }

    public ProgramHarness Program { get; } = new();

    /// <summary>The rows.</summary>
    public float[] Values { get; }

    /// <summary>A file of them.</summary>
    public string File { get; }

    public string this[string name] => Path.Combine(Program.Folder, name);

    public string Npy(string name, float[] values) => NpyFile.Write(this[name], NpyFile.Bytes<float>("<f4", $"({values.Length / D}, {D})", values));

    /// <summary>Trains a small SAE unless told otherwise.</summary>
    public Task<int> Train(string outFolder, params string[] more)
    {
        string[][] usual = [["--features", "48"], ["--k", "3"], ["--batch", "64"]];
        return Sae(["train", "--activations", File, "--out", this[outFolder], .. usual.Where(pair => !more.Contains(pair[0])).SelectMany(pair => pair), .. more]);
    }

    public Task<int> Sae(params string[] arguments) => Program.RunAsync(SaeCommand.Create(Program.Host), ["sae", .. arguments, "--threads", "1"]);

    /// <summary>The latest line of output as JSON.</summary>
    public JsonElement Json() => JsonDocument.Parse(Program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;

    public void Dispose() => Program.Dispose();
}
