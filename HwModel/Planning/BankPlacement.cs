using System.Globalization;

namespace TileProof.HwModel.Planning;

/// <summary>The bank, from 0, of each buffer of a tiled convolution.</summary>
/// <param name="InputPing">First input tile buffer (C name <c>input_ping_dram</c>).</param>
/// <param name="InputPong">Second input tile buffer (<c>input_pong_dram</c>).</param>
/// <param name="Coefficients">Coefficient tile (<c>coeff_dram</c>).</param>
/// <param name="OutputPing">First output tile buffer (<c>output_ping_dram</c>).</param>
/// <param name="OutputPong">Second output tile buffer (<c>output_pong_dram</c>).</param>
/// <param name="Bias">All biases (<c>bias_dram</c>).</param>
/// <param name="OutputScales">All output scales (<c>outscale_dram</c>).</param>
public readonly record struct BankPlacement(
    int InputPing, int InputPong, int Coefficients, int OutputPing, int OutputPong, int Bias, int OutputScales)
{
    /// <summary>Parses seven digits in the order of the members, in the notation of the operator contract, section 11b.</summary>
    /// <param name="digits">The digits.</param>
    /// <param name="bankCount">The banks of the machine.</param>
    public static BankPlacement FromDigits(string digits, int bankCount = 2)
    {
        ArgumentNullException.ThrowIfNull(digits);
        if (digits.Length != 7 || digits.AsSpan().ContainsAnyExceptInRange('0', (char)('0' + bankCount - 1)))
        {
            string allowed = bankCount switch { 1 => "0", 2 => "0 and 1", _ => string.Create(CultureInfo.InvariantCulture, $"0 to {bankCount - 1}") };
            throw new ArgumentException($"A placement is seven digits of {allowed}, not '{digits}'.", nameof(digits));
        }

        return new BankPlacement(digits[0] - '0', digits[1] - '0', digits[2] - '0', digits[3] - '0', digits[4] - '0', digits[5] - '0', digits[6] - '0');
    }

    /// <summary>The seven digits.</summary>
    public override string ToString() => $"{InputPing}{InputPong}{Coefficients}{OutputPing}{OutputPong}{Bias}{OutputScales}";
}
