using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models;

public sealed class StoredTiedHeadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("head-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Copies a fixture's checkpoint with other tensors in it.</summary>
    private string Changed(string variant, Action<Dictionary<string, (long[] Shape, float[] Values)>> change)
    {
        var tensors = new Dictionary<string, (long[] Shape, float[] Values)>();
        using (var fixture = FamilyFixture.Open(variant))
        using (var weights = SafetensorsFolder.Open(fixture.Folder))
        {
            foreach (var tensor in weights.Tensors.Where(t => t.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16))
            {
                tensors[tensor.Name] = ([.. tensor.Shape], weights.ReadFloats(tensor.Name));
            }

            var config = File.ReadAllText(Path.Combine(fixture.Folder, "config.json"));
            File.WriteAllText(Path.Combine(_folder.FullName, "config.json"), config);
        }

        change(tensors);
        SafetensorsWriter.Write(
            Path.Combine(_folder.FullName, "model.safetensors"), [.. tensors.Select(t => (t.Key, t.Value.Shape, (ReadOnlyMemory<float>)t.Value.Values))]);
        return _folder.FullName;
    }

    [Fact]
    public void A_stored_head_that_is_the_embedding_is_taken_for_it()
    {
        using var model = LanguageModel.Load(Changed("llama-3-grouped-tied", t => t["lm_head.weight"] = t["model.embed_tokens.weight"]));
        Assert.DoesNotContain(model.ParameterInfos, i => i.Role == ParameterRole.Head);
    }

    [Fact]
    public void A_stored_head_that_differs_is_refused()
    {
        var folder = Changed("llama-3-grouped-tied", t =>
        {
            var (shape, values) = t["model.embed_tokens.weight"];
            t["lm_head.weight"] = (shape, [.. values[..^1], values[^1] + 1]);
        });
        var refused = Assert.Throws<BadInputException>(() => LanguageModel.Load(folder).Dispose());
        Assert.Equal("tensor lm_head.weight", refused.Place);
        Assert.Contains("tie_word_embeddings", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_head_of_another_shape_is_refused()
    {
        var folder = Changed("gpt2-base", t => t["lm_head.weight"] = ([2], [1, 2]));
        Assert.Equal("tensor lm_head.weight", Assert.Throws<BadInputException>(() => LanguageModel.Load(folder).Dispose()).Place);
    }

    [Fact]
    public void An_untied_head_that_is_missing_is_named()
    {
        var refused = Assert.Throws<BadInputException>(() => LanguageModel.Load(Changed("llama-1", t => t.Remove("lm_head.weight"))).Dispose());
        Assert.Equal("tensor lm_head.weight", refused.Place);
        Assert.Contains("Save the model with its head", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_model_saved_without_the_prefix_is_the_same_model()
    {
        var folder = Changed("llama-3-grouped-tied", t =>
        {
            foreach (var name in t.Keys.ToArray())
            {
                t[name["model.".Length..]] = t[name];
                t.Remove(name);
            }
        });
        using var fixture = FamilyFixture.Open("llama-3-grouped-tied");
        using var model = LanguageModel.Load(folder);
        Assert.Equal(fixture.Loss, model.Loss(fixture.Batch()), 1e-5);
        Assert.Contains(model.ParameterInfos, i => i.Name == "layers.0.self_attn.q_proj.weight");
    }
}
