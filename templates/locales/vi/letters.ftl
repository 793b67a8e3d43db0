# Từ dùng trong thư, tin nhắn và thông báo (templates/messages).
letter-code-register = đăng ký tài khoản
letter-code-sign-in = đăng nhập
letter-code-reset-password = đặt lại mật khẩu
letter-code-change-contact = đổi số điện thoại, e-mail
letter-code-sign = ký xác nhận
letter-code-consent = xác nhận đồng ý
letter-code-refund = nhận hoàn tiền
letter-collect-online = Xem và tải kết quả trên trang hồ sơ
letter-collect-counter = Mời đến quầy nhận kết quả
letter-collect-post = Kết quả được gửi qua bưu chính
letter-collected-online = trên trang hồ sơ
letter-collected-counter = tại quầy
letter-collected-post = qua bưu chính
letter-outcome-granted = Hồ sơ của Ông/Bà đã được giải quyết.
letter-outcome-refused = Hồ sơ của Ông/Bà đã được xem xét và không được chấp thuận.
letter-before = (Thư này có thể đã được gửi trước đó. Nếu Ông/Bà đã nhận được thì xin bỏ qua.)
