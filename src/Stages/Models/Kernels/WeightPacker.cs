using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// Packs parameters of a checkpoint for the kernels. Where the model is good for nothing else any more, the numbers are put in order in the
/// tensors' own memory, so that the model is in memory once: an allocator that is given a tensor back finds no use for a hole of its exact
/// size, and a second copy would cost up to the model's size again.
/// </summary>
/// <param name="inputMajor">Whether matrices are stored <c>[in, out]</c>.</param>
/// <param name="find">Gives a parameter: float32, contiguous, on the CPU; null for one the model does not have.</param>
/// <param name="free">Frees a parameter; null when the tensors must stay as they are.</param>
internal sealed unsafe class WeightPacker(bool inputMajor, Func<ParameterRole, Tensor?> find, Action<ParameterRole>? free)
{
    /// <summary>Packs matrices with the same inputs side by side.</summary>
    /// <param name="depth">Inputs.</param>
    /// <param name="takeTurns">Whether the matrices' panels take turns (<see cref="Product.RunGated"/>), instead of one matrix following the other.</param>
    /// <param name="outputOf">From which output of the stored matrix a packed one comes; null for the same.</param>
    /// <param name="parts">Weights and biases.</param>
    public PackedWeights Pack(int depth, bool takeTurns, Func<int, int>? outputOf, params (ParameterRole Weight, ParameterRole Bias)[] parts)
    {
        var outputs = Array.ConvertAll(parts, p => checked((int)find(p.Weight)!.shape[inputMajor ? 1 : 0]));
        var inPlace = free is not null && outputs.All(n => n % Tile.Columns == 0);
        var packed = inPlace
            ? PackedWeights.At(depth, PanelsOf(parts, outputs, depth, takeTurns))
            : new PackedWeights(depth, takeTurns ? parts.Length * Tile.PadColumns(outputs[0]) : outputs.Sum());
        for (var part = 0; part < parts.Length; part++)
        {
            var (weight, bias) = parts[part];
            var columnOf = ColumnOf(outputs, part, takeTurns);
            var values = Floats(find(weight)!);
            var scratch = inPlace ? Copied(values) : null;
            try
            {
                fixed (float* stored = values)
                {
                    Put(packed, inPlace ? scratch : stored, outputs[part], columnOf, outputOf);
                }
            }
            finally
            {
                NativeMemory.Free(scratch);
            }

            if (find(bias) is { } biases)
            {
                for (var output = 0; output < outputs[part]; output++)
                {
                    packed.SetBias(columnOf(output), Floats(biases)[outputOf?.Invoke(output) ?? output]);
                }
            }

            if (!inPlace)
            {
                free?.Invoke(weight);
            }
        }

        return packed;
    }

    /// <summary>Copies a parameter of one dimension.</summary>
    /// <param name="role">Which.</param>
    /// <returns>One row; null when the model does not have it.</returns>
    public FloatRows? Row(ParameterRole role)
    {
        if (find(role) is not { } found)
        {
            return null;
        }

        var values = Floats(found);
        var row = new FloatRows(1, values.Length);
        values.CopyTo(row.Values(0));
        return row;
    }

    private void Put(PackedWeights packed, float* stored, int outputs, Func<int, int> columnOf, Func<int, int>? outputOf)
    {
        for (var output = 0; output < outputs; output++)
        {
            var from = outputOf?.Invoke(output) ?? output;
            if (inputMajor)
            {
                packed.Set(columnOf(output), stored + from, outputs);
            }
            else
            {
                packed.Set(columnOf(output), stored + ((nint)from * packed.Depth), 1);
            }
        }
    }

    /// <summary>The panels in the parts' own memory: each holds the numbers of 32 outputs, wherever in it they were before.</summary>
    private nint[] PanelsOf((ParameterRole Weight, ParameterRole Bias)[] parts, int[] outputs, int depth, bool takeTurns)
    {
        var panels = new nint[outputs.Sum() / Tile.Columns];
        for (var part = 0; part < parts.Length; part++)
        {
            var columnOf = ColumnOf(outputs, part, takeTurns);
            var first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(find(parts[part].Weight)!.bytes));
            for (var output = 0; output < outputs[part]; output += Tile.Columns)
            {
                panels[columnOf(output) / Tile.Columns] = (nint)(first + ((nint)output * depth));
            }
        }

        return panels;
    }

    private static Func<int, int> ColumnOf(int[] outputs, int part, bool takeTurns)
    {
        var first = outputs.Take(part).Sum();
        var turns = outputs.Length;
        return takeTurns
            ? output => (((output / Tile.Columns * turns) + part) * Tile.Columns) + (output % Tile.Columns)
            : output => first + output;
    }

    private static float* Copied(ReadOnlySpan<float> values)
    {
        var copy = (float*)NativeMemory.Alloc((nuint)values.Length, sizeof(float));
        values.CopyTo(new Span<float>(copy, values.Length));
        return copy;
    }

    private static ReadOnlySpan<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
