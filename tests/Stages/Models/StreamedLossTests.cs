using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Distance;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Tokens;

namespace Emergence.Stages.Tests.Models;

public sealed class StreamedLossTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loss-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in new[] { "own head", "tied head", "sequential" })
            {
                for (var blocks = 0; blocks <= TinyCheckpoint.Shape.Layers; blocks++)
                {
                    cases.Add(name, blocks);
                }
            }

            return cases;
        }
    }

    private static TokenBatch Batch()
    {
        var random = new Random(3);
        int[] counts = [12, 5, 12, 2, 1, 9];
        var tokens = new long[counts.Length * 12];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = i % 12 < counts[i / 12] ? random.Next(TinyCheckpoint.Shape.Vocabulary) : 0;
        }

        return new TokenBatch(tokens, 12, [.. counts.Select((c, i) => new RowSource(i, 0, c))]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loss_of_the_first_blocks_with_the_rest_read_once_is_that_of_the_whole_model(string name, int blocks)
    {
        var shape = name switch
        {
            "tied head" => TinyCheckpoint.Shape with { Tied = true },
            "sequential" => TinyCheckpoint.Shape with { Parallel = false },
            _ => TinyCheckpoint.Shape,
        };
        TinyCheckpoint.Write(_folder.FullName, shape);
        using var whole = LanguageModel.Load(_folder.FullName);
        var expected = whole.Loss(Batch());
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        var how = new WeightLoading { Blocks = blocks };
        var before = LiveTensors.Count;
        using (var model = LanguageModel.Load(checkpoint, how))
        {
            Assert.Equal(blocks, model.LoadedBlocks);
            Assert.InRange(model.Loss(Batch(), checkpoint, how), expected - 1e-5, expected + 1e-5);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Without_the_loss_nothing_above_the_first_blocks_is_read()
    {
        var shape = TinyCheckpoint.Shape with { Layers = 8 };
        TinyCheckpoint.Write(_folder.FullName, shape);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        var opened = checkpoint.Weights.BytesRead;
        using var model = LanguageModel.Load(checkpoint, new WeightLoading { Blocks = 2 });
        var wanted = ParameterInfo.Of(checkpoint.Config).Where(i => i.Layer is 0 or 1 || i.Role == ParameterRole.Embedding).ToArray();
        Assert.Equal(4 * wanted.Sum(i => i.Count), checkpoint.Weights.BytesRead - opened);
        Assert.Equal(wanted.Select(i => i.Name), model.ParameterInfos.Select(i => i.Name));
    }

    [Fact]
    public void With_the_loss_every_weight_is_read_once_and_one_block_more_than_the_model_is_in_memory()
    {
        var shape = TinyCheckpoint.Shape with { Layers = 8, Tied = true };
        TinyCheckpoint.Write(_folder.FullName, shape);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        var opened = checkpoint.Weights.BytesRead;
        var how = new WeightLoading { Blocks = 1, Sketch = new WeightSketch() };
        using var model = LanguageModel.Load(checkpoint, how);
        model.Loss(Batch(), checkpoint, how);
        var infos = ParameterInfo.Of(checkpoint.Config);
        Assert.Equal(4 * infos.Sum(i => i.Count), checkpoint.Weights.BytesRead - opened);
        Assert.Equal(Enumerable.Range(-1, 9), how.Sketch.Layers);
        Assert.Equal(infos.Count(i => i.Layer == 0) + 1, model.Parameters.Count);
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_found_in_a_block_that_only_the_loss_reads()
    {
        var weights = TinyCheckpoint.Weights(TinyCheckpoint.Shape, 1);
        weights["gpt_neox.layers.2.mlp.dense_4h_to_h.bias"][31] = float.NaN;
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Options(TinyCheckpoint.Shape), weights, TinyCheckpoint.Tensors(TinyCheckpoint.Shape));
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        var how = new WeightLoading { Blocks = 1 };
        var before = LiveTensors.Count;
        using (var model = LanguageModel.Load(checkpoint, how))
        {
            Assert.Equal("tensor gpt_neox.layers.2.mlp.dense_4h_to_h.bias", Assert.Throws<BadInputException>(() => model.Loss(Batch(), checkpoint, how)).Place);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void A_model_of_its_first_blocks_has_no_logits_of_its_own()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        using var model = LanguageModel.Load(checkpoint, new WeightLoading { Blocks = 3 });
        Assert.Throws<InvalidOperationException>(() => model.Logits(Batch()));
        Assert.Throws<InvalidOperationException>(() => model.Loss(Batch()));
        Assert.Throws<ArgumentException>(() => LanguageModel.Load(checkpoint, new WeightLoading { Blocks = 4 }));
    }
}
