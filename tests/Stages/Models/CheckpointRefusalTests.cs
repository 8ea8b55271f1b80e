using Emergence.Stages.Input;
using Emergence.Stages.Models;

namespace Emergence.Stages.Tests.Models;

public sealed class CheckpointRefusalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("model-");
    private readonly Dictionary<string, long[]> _tensors = TinyCheckpoint.Tensors(TinyCheckpoint.Shape);
    private readonly Dictionary<string, float[]> _weights = TinyCheckpoint.Weights(TinyCheckpoint.Shape, 1);

    public void Dispose() => _folder.Delete(recursive: true);

    private BadInputException Refused(ModelConfig? expected = null)
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Options(TinyCheckpoint.Shape), _weights, _tensors);
        var before = LiveTensors.Count;
        var refused = Assert.Throws<BadInputException>(() => LanguageModel.Load(_folder.FullName, expected).Dispose());
        Assert.Equal(before, LiveTensors.Count);
        return refused;
    }

    [Fact]
    public void A_missing_parameter_is_named()
    {
        _weights.Remove("gpt_neox.layers.1.attention.dense.bias");
        Assert.Equal("tensor gpt_neox.layers.1.attention.dense.bias", Refused().Place);
    }

    [Fact]
    public void A_parameter_too_many_is_named()
    {
        _weights["gpt_neox.layers.3.input_layernorm.weight"] = new float[2];
        _tensors["gpt_neox.layers.3.input_layernorm.weight"] = [2];
        Assert.Equal("tensor gpt_neox.layers.3.input_layernorm.weight", Refused().Place);
    }

    [Fact]
    public void A_parameter_of_another_shape_is_named_with_both_shapes()
    {
        _tensors["embed_out.weight"] = [32, 40];
        var refused = Refused();
        Assert.Equal("tensor embed_out.weight", refused.Place);
        Assert.Contains("[32, 40]", refused.Problem, StringComparison.Ordinal);
        Assert.Contains("[40, 32]", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite_is_named_with_its_place(float value)
    {
        _weights["gpt_neox.layers.2.mlp.dense_4h_to_h.bias"][31] = value;
        var refused = Refused();
        Assert.Equal("tensor gpt_neox.layers.2.mlp.dense_4h_to_h.bias", refused.Place);
        Assert.Contains("element 31", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_masks_and_frequencies_are_no_parameters()
    {
        foreach (var (name, count) in new[] { ("gpt_neox.layers.0.attention.bias", 4), ("gpt_neox.layers.0.attention.masked_bias", 1), ("gpt_neox.layers.2.attention.rotary_emb.inv_freq", 1) })
        {
            _weights[name] = new float[count];
            _tensors[name] = [count];
        }

        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Options(TinyCheckpoint.Shape), _weights, _tensors);
        using var model = LanguageModel.Load(_folder.FullName);
        Assert.DoesNotContain(model.ParameterInfos, i => i.Name.Contains("inv_freq", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_of_another_architecture_than_the_run_is_refused_naming_what_differs()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Options(TinyCheckpoint.Shape), _weights, _tensors);
        var run = ModelConfig.Load(_folder.FullName) with { Layers = 6, ParallelResidual = false };
        var refused = Refused(run);
        Assert.Contains("layers is 3, not 6", refused.Problem, StringComparison.Ordinal);
        Assert.Contains("parallel_residual is true, not false", refused.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("heads", refused.Problem, StringComparison.Ordinal);
    }
}
