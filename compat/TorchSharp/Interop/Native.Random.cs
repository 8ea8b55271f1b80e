using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// native/random.inl
internal static partial class Native
{
    [LibraryImport(Library)]
    internal static partial int et_generator(ulong seed, int deviceType, int deviceIndex, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_generator_default(out nint result);

    [LibraryImport(Library)]
    internal static partial void et_generator_free(nint self);

    [LibraryImport(Library)]
    internal static partial int et_generator_seed(GeneratorHandle self, ulong seed);

    [LibraryImport(Library)]
    internal static partial int et_generator_current_seed(GeneratorHandle self, out ulong result);

    [LibraryImport(Library)]
    internal static partial int et_generator_state(GeneratorHandle self, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_generator_set_state(GeneratorHandle self, TensorHandle state);

    [LibraryImport(Library)]
    internal static partial int et_manual_seed(ulong seed);

    [LibraryImport(Library)]
    internal static partial int et_rand(Sizes sizes, GeneratorHandle generator, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_randn(Sizes sizes, GeneratorHandle generator, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_randint(long low, long high, Sizes sizes, GeneratorHandle generator, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_randperm(long n, GeneratorHandle generator, Place place, out nint result);

    [LibraryImport(Library)]
    internal static partial int et_normal_(TensorHandle self, double mean, double deviation, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int et_uniform_(TensorHandle self, double from, double to, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int et_bernoulli_(TensorHandle self, double p, GeneratorHandle generator);

    [LibraryImport(Library)]
    internal static partial int et_multinomial(TensorHandle self, long samples, Flag replacement, GeneratorHandle generator, out nint result);
}
