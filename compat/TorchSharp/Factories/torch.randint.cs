using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Whole numbers from 0 to high - 1, all equally likely.</summary>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static unsafe Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        var place = OnPlace(dtype ?? ScalarType.Int64, device);
        fixed (long* p = size)
            return Made(Native.et_randint(low, high, new Sizes(p, size.Length), Generator.OrDefault(generator), place, out var result), result, requires_grad, names);
    }

    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) => randint(0, high, Array.ConvertAll(size, n => (long)n), dtype, device, requires_grad, generator, names);

    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) => randint(low, high, Array.ConvertAll(size, n => (long)n), dtype, device, requires_grad, generator, names);

    /// <summary>The numbers 0 to n - 1 in random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Made(Native.et_randperm(n, Generator.OrDefault(generator), OnPlace(dtype ?? ScalarType.Int64, device), out var result), result, requires_grad);

    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        var made = empty(size, dtype, device, names: names).normal_(mean, std, generator);
        return requires_grad ? made.requires_grad_() : made;
    }

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            Self(Native.et_normal_(H, mean, std, Generator.OrDefault(generator)));

        public Tensor uniform_(double from, double to, Generator? generator = null) => Self(Native.et_uniform_(H, from, to, Generator.OrDefault(generator)));

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Self(Native.et_bernoulli_(H, p, Generator.OrDefault(generator)));

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Take(Native.et_multinomial(H, num_samples, replacement, Generator.OrDefault(generator), out var result), result);
    }
}
