using System.Numerics;
using System.Runtime.InteropServices;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;
using TorchSharp;
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
    /// Reads the parameters from a checkpoint, each straight into its tensor. The file must hold exactly the parameters of
    /// the configuration, in their shapes, all values finite.
    /// </summary>
    public static ModelParameters Load(SafetensorsFolder weights, ModelConfig config, Device device)
    {
        var infos = ParameterNames.In(weights, config);
        Check(weights, config, infos);
        var tensors = new List<Tensor>(infos.Count);
        try
        {
            foreach (var info in infos)
            {
                tensors.Add(Read(weights, info, device));
            }
        }
        catch
        {
            tensors.ForEach(t => t.Dispose());
            throw;
        }

        return new ModelParameters(config, infos, tensors);
    }

    /// <summary>Frees the parameters of one block; the model cannot run that block by tensors any more.</summary>
    /// <param name="layer">The block.</param>
    public void FreeBlock(int layer)
    {
        for (var role = 0; role < Roles; role++)
        {
            var slot = Slot((ParameterRole)role, layer);
            _tensors[slot]?.Dispose();
            _tensors[slot] = null;
        }
    }

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

    private static Tensor Read(SafetensorsFolder weights, ParameterInfo info, Device device)
    {
        if (info.Count > int.MaxValue / sizeof(float))
        {
            throw new BadInputException(weights.FileOf(info.Name), $"tensor {info.Name}", $"its {info.Count} elements are more than one tensor may have here", "Use a smaller model");
        }

        var tensor = empty([.. info.Shape], ScalarType.Float32).DetachFromDisposeScope();
        try
        {
            var values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
            weights.ReadFloats(info.Name, values);
            if (FirstNotFinite(values) is var at and >= 0)
            {
                throw new BadInputException(
                    weights.FileOf(info.Name), $"tensor {info.Name}", $"element {at} is {values[at]}, not a finite number", "The training run has diverged or the file is damaged; use an earlier checkpoint");
            }

            return device.type == DeviceType.CPU ? tensor : tensor.to(device, disposeAfter: true).DetachFromDisposeScope();
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Index of the first NaN or infinity, −1 when there is none: all exponent bits set.</summary>
    private static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var exponent = new Vector<int>(0x7F800000);
        var i = 0;
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            if (Vector.EqualsAny(new Vector<int>(bits[i..]) & exponent, exponent))
            {
                break;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
