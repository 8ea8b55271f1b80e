using Emergence.Stages.Input;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Models.Safetensors;
using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>The parameter tensors of one model, found by role and block. Owns them.</summary>
internal sealed class ModelParameters : IDisposable
{
    private static readonly int Roles = Enum.GetValues<ParameterRole>().Length;
    private readonly Tensor?[] _tensors;

    /// <summary>Takes ownership of tensors that have the shapes of <see cref="ParameterInfo.Of"/>, in its order.</summary>
    public ModelParameters(ModelConfig config, IReadOnlyList<ParameterInfo> infos, IReadOnlyList<Tensor> tensors)
    {
        Infos = infos;
        Tensors = tensors;
        _tensors = new Tensor?[(config.Layers + 1) * Roles];
        foreach (var (info, tensor) in infos.Zip(tensors))
        {
            _tensors[Slot(info.Role, info.Layer)] = tensor;
        }
    }

    public IReadOnlyList<ParameterInfo> Infos { get; }

    /// <summary>The tensors, in the order of <see cref="Infos"/>.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>A parameter the model has.</summary>
    public Tensor this[ParameterRole role, int layer = -1] => _tensors[Slot(role, layer)]!;

    /// <summary>A parameter that the configuration may leave out.</summary>
    public Tensor? Find(ParameterRole role, int layer = -1) => _tensors[Slot(role, layer)];

    /// <summary>
    /// Reads parameters from a checkpoint, one after the other. The file must hold exactly the parameters of the configuration, in
    /// their shapes; all of that is compared before the first tensor is made.
    /// </summary>
    /// <param name="weights">The checkpoint's weights.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="how">Which blocks, where to, in which type.</param>
    public static ModelParameters Load(SafetensorsFolder weights, ModelConfig config, WeightLoading how)
    {
        var stored = weights.Files.Sum(f => f.Tensors.Count);
        if (stored < config.Layers)
        {
            // Before the list of parameters is made, which for a thousand blocks is longer than such a file.
            throw new BadInputException(weights.Folder, "", $"the checkpoint has {stored} tensors, fewer than the {config.Layers} blocks of config.json", "Check that config.json and the weights belong together");
        }

        var infos = ParameterNames.In(weights, config);
        Check(weights, config, infos);
        using var reader = new WeightReader(weights, how);
        return Read(reader, config, how.Blocks is { } blocks ? [.. infos.Where(i => i.Layer < blocks && !BelongsToHead(i.Role))] : infos);
    }

    /// <summary>Reads some parameters of a checkpoint that has been compared with its configuration.</summary>
    /// <param name="reader">Reads them.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="infos">Which; the others cannot be asked for.</param>
    public static ModelParameters Read(WeightReader reader, ModelConfig config, IReadOnlyList<ParameterInfo> infos)
    {
        var tensors = new List<Tensor>(infos.Count);
        try
        {
            foreach (var info in infos)
            {
                tensors.Add(reader.Read(info));
            }
        }
        catch
        {
            tensors.ForEach(t => t.Dispose());
            throw;
        }

        return new ModelParameters(config, infos, tensors);
    }

    /// <summary>Frees a parameter of one block; the model cannot run that block by tensors any more.</summary>
    /// <param name="role">What it does; nothing happens when the block has none.</param>
    /// <param name="layer">The block.</param>
    public void Free(ParameterRole role, int layer)
    {
        var slot = Slot(role, layer);
        _tensors[slot]?.Dispose();
        _tensors[slot] = null;
    }

    /// <summary>Whether a parameter comes after the last block, where no hook point lies.</summary>
    public static bool BelongsToHead(ParameterRole role) => role is ParameterRole.FinalNormWeight or ParameterRole.FinalNormBias or ParameterRole.Head;

    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }
    }

    private static int Slot(ParameterRole role, int layer) => ((layer + 1) * Roles) + (int)role;

    private static void Check(SafetensorsFolder weights, ModelConfig config, IReadOnlyList<ParameterInfo> infos)
    {
        const string remedy = "Check that config.json and the weights belong together";
        const string headRemedy = "Save the model with its head (AutoModelForCausalLM), or set tie_word_embeddings when its head is the embedding";
        foreach (var info in infos)
        {
            var place = $"tensor {info.Name}";
            if (!weights.TryGet(info.Name, out var found))
            {
                throw new BadInputException(weights.Folder, place, "the checkpoint lacks this parameter", info.Role == ParameterRole.Head ? headRemedy : remedy);
            }

            if (!found.Shape.SequenceEqual(info.Shape))
            {
                throw new BadInputException(
                    weights.FileOf(info.Name), place, $"its shape is [{string.Join(", ", found.Shape)}], config.json asks for [{string.Join(", ", info.Shape)}]", remedy);
            }

            if (!TensorTypes.IsReadable(found.Type))
            {
                throw new BadInputException(weights.FileOf(info.Name), place, $"its type {found.Type} is not supported", "Save the checkpoint in float32, float16 or bfloat16");
            }
        }

        var family = ModelFamilies.Of(config);
        var known = infos.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        known.UnionWith(StoredTiedHead.Check(weights, config, infos));
        foreach (var tensor in weights.Tensors.Where(t => !known.Contains(t.Name) && !family.IsBuffer(t.Name)))
        {
            throw new BadInputException(
                weights.FileOf(tensor.Name), $"tensor {SafetensorsHeader.Quote(tensor.Name)}", "a model of this config.json has no such parameter", remedy);
        }
    }
}
