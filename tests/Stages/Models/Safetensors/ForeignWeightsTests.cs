using System.Diagnostics;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models.Safetensors;

public sealed class ForeignWeightsTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weights-");

    public void Dispose() => _folder.Delete(recursive: true);

    private ForeignWeightsException Refused(params string[] files)
    {
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, file), "");
        }

        return Assert.Throws<ForeignWeightsException>(() => SafetensorsFolder.Open(_folder.FullName));
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("pytorch_model-00001-of-00002.bin")]
    [InlineData("pytorch_model.bin.index.json")]
    public void Pickled_weights_are_refused_with_the_line_that_converts_them(string file)
    {
        var refused = Refused("config.json", file, "training_args.bin");
        Assert.Contains($"its weights are in {file}", refused.Problem, StringComparison.Ordinal);
        Assert.Contains(ForeignWeights.Conversion, refused.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', ForeignWeights.Conversion);
    }

    [Theory]
    [InlineData("consolidated.00.pth")]
    [InlineData("last.ckpt")]
    [InlineData("tf_model.h5")]
    [InlineData("flax_model.msgpack")]
    [InlineData("model.gguf")]
    public void Weights_of_other_formats_are_named(string file)
    {
        var refused = Refused(file);
        Assert.Contains(file, refused.Problem, StringComparison.Ordinal);
        Assert.Contains("safe_serialization=True", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_is_no_such_case()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "training_args.bin"), "");
        Assert.Null(ForeignWeights.Find(_folder.FullName));
        Assert.Null(ForeignWeights.Find(Path.Combine(_folder.FullName, "nowhere")));
    }

    [Fact]
    public void The_conversion_runs_and_what_it_writes_is_read()
    {
        // The library it needs is stood in for by the few lines of the format that the fixtures' script has.
        if (!File.Exists(Python) || Run("-c", "import torch") != 0)
        {
            Console.WriteLine("skipped: no Python with torch (Debian: apt-get install python3-torch)");
            return;
        }

        var package = Directory.CreateDirectory(Path.Combine(_folder.FullName, "safetensors")).FullName;
        File.WriteAllText(Path.Combine(package, "__init__.py"), "");
        File.WriteAllText(Path.Combine(package, "torch.py"), """
            import json, struct
            def save_file(tensors, path, metadata):
                header, data = {"__metadata__": metadata}, b""
                for name, tensor in tensors.items():
                    raw = tensor.numpy().tobytes()
                    header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
                    data += raw
                text = json.dumps(header).encode()
                open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)
            """);
        Assert.Equal(0, Run("-c", "import torch; a = torch.tensor([[1.0, 2.0], [3.0, 4.0]]); "
            + "torch.save({'a': a, 'tied': a}, 'pytorch_model-00001-of-00002.bin'); torch.save({'b': a.t()}, 'pytorch_model-00002-of-00002.bin')"));
        var quoted = ForeignWeights.Conversion[(ForeignWeights.Conversion.IndexOf('"', StringComparison.Ordinal) + 1)..^1];
        Assert.Equal(0, Run("-c", quoted));
        using var weights = SafetensorsFolder.Open(_folder.FullName);
        Assert.Equal([1, 2, 3, 4], weights.ReadFloats("a"));
        Assert.Equal([1, 2, 3, 4], weights.ReadFloats("tied"));
        Assert.Equal([1, 3, 2, 4], weights.ReadFloats("b"));
    }

    private int Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { WorkingDirectory = _folder.FullName, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
