using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Models;

/// <summary>
/// A head that is stored although <c>config.json</c> says that it is the embedding: some trainers save both names of the one
/// matrix. It is taken when both hold the same numbers. Others are refused, because such a model was trained with a head of
/// its own and gives wrong logits without it (Hugging Face's loader would drop the head silently).
/// </summary>
internal static class StoredTiedHead
{
    private const int PieceElements = 1 << 16;

    /// <summary>Looks for such a head and compares it.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="infos">Its parameters by the checkpoint's names; the embedding is there and has its shape.</param>
    /// <returns>The head's name; nothing when none is stored or the model has one of its own.</returns>
    /// <exception cref="BadInputException">It is not the embedding.</exception>
    public static IReadOnlyList<string> Check(SafetensorsFolder weights, ModelConfig config, IReadOnlyList<ParameterInfo> infos)
    {
        if (!config.TiedHead)
        {
            return [];
        }

        var name = ParameterInfo.Of(config with { TiedHead = false }).First(i => i.Role == ParameterRole.Head).Name;
        if (!weights.TryGet(name, out var head))
        {
            return [];
        }

        var embedding = infos.First(i => i.Role == ParameterRole.Embedding);
        if (!head.Shape.SequenceEqual(embedding.Shape) || !Same(weights, name, embedding))
        {
            throw new BadInputException(
                weights.FileOf(name), $"tensor {name}", $"it differs from {embedding.Name}, and tie_word_embeddings says that they are one",
                "Set tie_word_embeddings to false when the model was trained with a head of its own, or remove the tensor");
        }

        return [name];
    }

    /// <summary>Compares piece by piece: two whole matrices of a large vocabulary would be as large as half the model.</summary>
    private static bool Same(SafetensorsFolder weights, string name, ParameterInfo embedding)
    {
        var (one, other) = (new float[Math.Min(embedding.Count, PieceElements)], new float[Math.Min(embedding.Count, PieceElements)]);
        for (long done = 0; done < embedding.Count; done += one.Length)
        {
            var length = (int)Math.Min(one.Length, embedding.Count - done);
            weights.ReadFloats(name, done, one.AsSpan(0, length));
            weights.ReadFloats(embedding.Name, done, other.AsSpan(0, length));
            if (!one.AsSpan(0, length).SequenceEqual(other.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }
}
