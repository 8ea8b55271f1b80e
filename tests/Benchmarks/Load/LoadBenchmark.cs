using System.Diagnostics;
using System.Runtime.InteropServices;
using Emergence.Pipeline.Checkpoints;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Distance;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Models.Safetensors;
using static TorchSharp.torch;

namespace Emergence.Benchmarks.Load;

/// <summary>
/// How fast a checkpoint is hashed, sketched and loaded, in MB/s of its file and as a ratio to a plain read of the same file in the
/// same run. Rounds go over all contestants in turn, so that other load on the machine meets all of them; medians are printed. The file
/// lies in the page cache: what is measured is what this program adds to the disk.
/// </summary>
internal static class LoadBenchmark
{
    private const int Rounds = 7;
    private const int Columns = 1024;
    private const int Rows = 48 * 1024;

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Where.</param>
    public static void Run(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("emergence-load-");
        try
        {
            foreach (var type in new[] { TensorType.F32, TensorType.BF16 })
            {
                Measure(Path.Combine(folder.FullName, $"{type}.safetensors"), type, output);
            }

            Shards(folder.FullName, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(string path, TensorType type, TextWriter output)
    {
        Write(path, type, seed: 1);
        var place = Path.Combine(Path.GetDirectoryName(path)!, SafetensorsFolder.SingleFile);
        File.Move(path, place, overwrite: true);
        using var weights = SafetensorsFolder.Open(Path.GetDirectoryName(place)!);
        var info = new ParameterInfo("w", ParameterRole.Embedding, -1, [Rows, Columns]);
        var bytes = weights.Files[0].Bytes.Length;
        var buffer = new byte[1 << 20];
        var floats = new float[1 << 20];
        (string Name, Action Run)[] contestants =
        [
            ("plain read", () => Read(weights.Files[0].Bytes, buffer)),
            ("hash", () => CheckpointHash.Of(weights, 1, default)),
            ("load float32", () => Load(weights, info, ScalarType.Float32, null)),
            ("load float32 with sketch", () => Load(weights, info, ScalarType.Float32, new WeightSketch())),
            ("load bfloat16 with sketch", () => Load(weights, info, ScalarType.BFloat16, new WeightSketch())),
            ("sketch alone", () => Sketch(floats)),
        ];
        output.WriteLine($"{type}, {bytes / 1e6:0} MB, median of {Rounds} rounds");
        var seconds = Times(contestants);
        for (var i = 0; i < contestants.Length; i++)
        {
            var read = contestants[i].Name == "sketch alone" ? 4.0 * Rows * Columns : bytes;
            output.WriteLine($"  {contestants[i].Name,-26} {read / seconds[i] / 1e6,7:0} MB/s   {seconds[0] / seconds[i],5:0.00} of a plain read");
        }
    }

    private static void Shards(string folder, TextWriter output)
    {
        File.Delete(Path.Combine(folder, SafetensorsFolder.SingleFile));
        foreach (var i in new[] { 1, 2 })
        {
            Write(Path.Combine(folder, $"model-{i}.safetensors"), TensorType.F32, i, $"w{i}");
        }

        File.WriteAllText(Path.Combine(folder, SafetensorsFolder.IndexFile), """{"weight_map":{"w1":"model-1.safetensors","w2":"model-2.safetensors"}}""");
        using var weights = SafetensorsFolder.Open(folder);
        var bytes = weights.Files.Sum(f => f.Bytes.Length);
        var seconds = Times([("one after the other", () => CheckpointHash.Of(weights, 1, default)), ("side by side", () => CheckpointHash.Of(weights, 2, default))]);
        output.WriteLine($"two shards, {bytes / 1e6:0} MB: hashed one after the other {bytes / seconds[0] / 1e6:0} MB/s, side by side {bytes / seconds[1] / 1e6:0} MB/s");
    }

    private static double[] Times((string Name, Action Run)[] contestants)
    {
        var seconds = contestants.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                var clock = Stopwatch.StartNew();
                contestants[i].Run();
                if (round > 0)
                {
                    seconds[i].Add(clock.Elapsed.TotalSeconds);
                }
            }
        }

        return [.. seconds.Select(s => s.Order().ElementAt(s.Count / 2))];
    }

    private static void Read(InputFile file, byte[] buffer)
    {
        for (long position = 0; position < file.Length; position += buffer.Length)
        {
            file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - position)), position, "");
        }
    }

    private static void Load(SafetensorsFolder weights, ParameterInfo info, ScalarType precision, WeightSketch? sketch)
    {
        NativeAllocator.KeepFreedMemory();
        using var reader = new WeightReader(weights, new WeightLoading { Precision = precision, Sketch = sketch });
        using var tensor = reader.Read(info);
    }

    private static void Sketch(float[] floats)
    {
        var sketch = new WeightSketch();
        for (long done = 0; done < (long)Rows * Columns; done += floats.Length)
        {
            sketch.Add(0, "w", done, floats);
        }
    }

    private static void Write(string path, TensorType type, int seed, string name = "w")
    {
        var size = type == TensorType.F32 ? 4 : 2;
        var end = (long)Rows * Columns * size;
        var header = System.Text.Encoding.UTF8.GetBytes($$"""{"{{name}}":{"dtype":"{{type}}","shape":[{{Rows}},{{Columns}}],"data_offsets":[0,{{end}}]} }""");
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        var random = new Random(seed);
        var row = new float[Columns];
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
            {
                row[j] = random.NextSingle() - 0.5f;
            }

            if (size == 4)
            {
                file.Write(MemoryMarshal.AsBytes(row.AsSpan()));
            }
            else
            {
                file.Write(MemoryMarshal.AsBytes(Array.ConvertAll(row, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).AsSpan()));
            }
        }
    }
}
