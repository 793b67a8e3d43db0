# Lời giải thích riêng cho từng loại lỗi (chung thì xem errors.ftl) và lỗi của từng giá trị gửi lên API
error-address-not-text = Địa chỉ này chứa ký tự không đọc được. Hãy kiểm tra lại đường dẫn.
error-bad-json = Nội dung gửi lên không phải JSON hợp lệ.
error-wrong-type = Nội dung gửi lên không đúng kiểu mà địa chỉ này nhận.
error-too-large = Nội dung gửi lên vượt quá giới hạn.
error-method-not-allowed = Địa chỉ này có, nhưng không nhận cách gọi đó.
error-form-expired-title = Biểu mẫu đã hết hạn
error-form-expired = Trang đã mở quá lâu hoặc bạn đã đăng nhập lại ở nơi khác. Hãy quay lại, tải lại trang và gửi lần nữa. Những gì đã lưu vẫn còn.
error-too-slow-title = Kết nối quá chậm
error-too-slow = Máy chủ đợi quá lâu mà chưa nhận đủ nội dung. Hãy thử lại khi mạng ổn định hơn.

fault-required = Thiếu mục này.
fault-unknown = Không có mục nào tên như vậy.
fault-bank-notice = Giá trị này không thể đúng trong một thông báo báo có.
fault-bank-notice-time = Ngày ghi có phải từ năm 2020 và không quá một ngày sau hiện tại.
fault-type = Giá trị không đúng kiểu.
problem-back = Quay lại
problem-to-dossier = Về hồ sơ

error-wrong-credentials = Tên đăng nhập hoặc mật khẩu chưa đúng.
error-otp-required = Tài khoản này cần thêm mã xác thực hai lớp (otp).
error-otp-wrong = Mã xác thực chưa đúng.
error-otp-spent = Mã xác thực này đã được dùng. Hãy đợi mã tiếp theo.
error-choose-account = Số điện thoại hoặc thư điện tử này có nhiều tài khoản. Hãy đăng nhập lại với id của một tài khoản trong danh sách.
error-account-disabled = Tài khoản này đã bị khóa.
error-locked = Nhập sai nhiều lần nên tài khoản tạm khóa.
error-bad-signature-title = Chữ ký không đúng
error-bad-signature = Chữ ký của thông báo không đúng; không có gì thay đổi.
error-gateway-unreached = Chưa kết nối được với cổng thanh toán; chưa có khoản tiền nào bị trừ. Hãy thử lại sau ít phút.
error-first-steps = Tài khoản cán bộ phải đổi mật khẩu dùng một lần và bật xác thực hai lớp trên trang web trước.
